"""The queue of outbound calls: in order, one by one; a canceled one costs no turn."""

import asyncio

from localtwilio.exchange.pacing import Pacer
from localtwilio.faults import Faults


def test_calls_leave_in_order_and_a_canceled_one_costs_no_turn() -> None:
    started: list[int] = []

    def start(number: int) -> bool:
        started.append(number)
        return number != 1

    async def story() -> None:
        faults = Faults()
        faults.change({"cps": 0.01})
        pacer = Pacer(faults)
        for number in range(4):
            pacer.submit(lambda number=number: start(number))  # type: ignore[misc]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert started == [0]
        assert pacer.wait > 200
        faults.change({"cps": 1e6})
        pacer.reconsider()
        while len(started) < 4:  # noqa: ASYNC110 - the queue has no event, by design
            await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(story(), 10))
    assert started == [0, 1, 2, 3]


def test_more_than_a_day_of_calls_is_too_much() -> None:
    async def story() -> bool:
        faults = Faults()
        faults.change({"cps": 0.001})
        pacer = Pacer(faults)
        for _ in range(90):
            pacer.submit(lambda: True)
        return pacer.full

    assert asyncio.run(story())
