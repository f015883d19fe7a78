"""The filesystem broker: every message reaches one consumer, whole, however many there are."""

import threading
from collections import Counter
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

from config.broker import Transport

QUEUE = Queue("orders", Exchange("orders"), routing_key="orders")


@pytest.fixture
def options(tmp_path: Path) -> dict[str, str]:
    return {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}


def connect(options: dict[str, str]) -> Connection:
    return Connection("filesystem://", transport=Transport, transport_options=options)


def publish(options: dict[str, str], numbers: range) -> None:
    with connect(options) as connection:
        producer = connection.Producer()
        for number in numbers:
            producer.publish({"n": number}, exchange=QUEUE.exchange, routing_key="orders")


def consume(options: dict[str, str], seen: list[int], total: int) -> None:
    with connect(options) as connection, connection.SimpleQueue(QUEUE, no_ack=True) as queue:
        while len(seen) < total:
            try:
                seen.append(queue.get(block=False).payload["n"])
            except queue.Empty:
                continue


def test_two_writers_and_three_readers_pass_every_message_once(options: dict[str, str]) -> None:
    seen: list[int] = []
    threads = [threading.Thread(target=consume, args=(options, seen, 200)) for _ in range(3)]
    threads += [
        threading.Thread(target=publish, args=(options, part))
        for part in (range(100), range(100, 200))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Counter(seen) == Counter(range(200))


def test_what_nobody_listens_to_leaves_no_file(options: dict[str, str], tmp_path: Path) -> None:
    with connect(options) as connection:
        events = Exchange("celeryev", type="topic")
        connection.Producer().publish({}, exchange=events, routing_key="worker.heartbeat")
    assert list(tmp_path.iterdir()) == []


def test_a_message_waits_for_its_reader(options: dict[str, str]) -> None:
    publish(options, range(1))
    seen: list[int] = []
    consume(options, seen, 1)
    assert seen == [0]
