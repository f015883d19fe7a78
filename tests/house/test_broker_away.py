"""Redis is killed and comes back: beat and workers go on."""

from collections.abc import Iterator

import pytest
from celery import Celery
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from django.conf import settings

from config.broker import EagerConnection
from tools import legs
from tools.servers import Redis


@pytest.fixture
def redis() -> Iterator[Redis]:
    program = legs.redis_program()
    if program is None:
        pytest.skip("redis-server is not installed")
    server = Redis(program)
    server.start()
    yield server
    server.stop()


def tick(scheduler: Scheduler) -> bool:
    """What beat does when something is due."""
    try:
        scheduler.apply_async(
            ScheduleEntry("tick", "tests.tick", app=scheduler.app), producer=scheduler.producer
        )
    except SchedulingError:
        return False
    return True


@pytest.mark.timeout(60)
def test_a_beat_goes_on_when_redis_is_back(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """It never did (make chaos ROWS=redis-dead SEED=2 CONFERENCES=20 RATE=0.5)."""
    monkeypatch.setenv("CELERY_BROKER_URL", redis.url)  # it counts more than any argument
    beat = Celery("test", amqp="config.broker:AMQP", set_as_current=False)
    beat.conf.task_publish_retry_policy = settings.CELERY_TASK_PUBLISH_RETRY_POLICY
    scheduler = Scheduler(beat)
    assert tick(scheduler)

    redis.kill()
    assert not tick(scheduler)
    assert not tick(scheduler)
    redis.start()

    assert tick(scheduler)


@pytest.mark.timeout(60)
def test_a_worker_that_asks_without_intervals_tries_again_within_a_second(redis: Redis) -> None:
    redis.kill()
    pauses: list[float] = []

    def failed(_error: Exception, pause: float) -> None:
        pauses.append(pause)
        if len(pauses) == 3:
            redis.start()

    with EagerConnection(redis.url) as connection:
        connection.ensure_connection(failed)

    assert max(pauses) <= 1
