"""How a row goes: a load is carried out, all ends, and three histories are compared."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos import ours
from tests.chaos.asked import Asked
from tests.chaos.history import Book, Rules, Violation, violations
from tests.chaos.history.told import told_differently
from tests.chaos.house import ChaosHouse
from tests.chaos.load import Load
from tests.chaos.outcome import Outcome
from tests.chaos.plan import Group
from tests.chaos.report import keep
from tests.chaos.row import SPEED, World
from tools.phones_client import Json

_TELLS = 10.0  # seconds between two lines of progress
_LOOK = 3.0  # seconds between two looks at what is still open
LAST_NEWS = 25.0  # seconds after the end until the latest callback has come
_MOST_KEPT = 20  # conferences
_MENDS = 60.0  # seconds; where nothing changes for so long nobody mends anything
_TAKES_ITS_TIME = 120.0  # seconds after the last deadline until it is no longer waited for


Trouble = Callable[[Callable[[], bool]], None]  # breaks things until its argument is true


def carry_out(
    world: World,
    house: ChaosHouse,
    plan: list[Group],
    rules: Rules,
    *,
    trouble: Trouble | None = None,
    stubborn: bool = False,
    last_news: float = LAST_NEWS,
) -> Outcome:
    """The whole course, with `trouble` while the load lasts; `last_news`: see `concluded`."""
    load = Load(house, plan, speed=SPEED, stubborn=stubborn)
    with ThreadPoolExecutor(1) as beside:
        # Not the other way round: what a thread has started dies with the thread.
        loading = beside.submit(lambda: asyncio.run(_told(world, load)))
        if trouble:
            trouble(loading.done)
        asked = loading.result()
    return concluded(world, house, asked, rules, last_news=last_news)


async def _told(world: World, load: Load) -> list[Asked]:
    """The load, with a line now and then."""

    async def tell() -> None:
        while len(load.asked) < load.planned:
            await asyncio.sleep(_TELLS)
            world.say(f"{len(load.asked)} of {load.planned} conferences opened")

    teller = asyncio.create_task(tell())
    try:
        return await load.run()
    finally:
        teller.cancel()


def concluded(
    world: World,
    house: ChaosHouse,
    asked: list[Asked],
    rules: Rules,
    *,
    last_news: float = LAST_NEWS,
) -> Outcome:
    """Waits until all is over, and so long that the latest callback has come, and compares."""
    house.network.http.timeout = 120  # the ledger is long
    _until_over(world, house, asked)
    outcome = _verdict(world, house, asked, rules, last_news)
    if outcome.violations:
        world.say(f"all that is known of what is wrong: {_evidence(house, outcome)}")
    return outcome


def _until_over(world: World, house: ChaosHouse, asked: list[Asked]) -> None:
    """Until no conference of ours is open, or none has any excuse to be."""
    database = house.environment["DATABASE_URL"]
    longest = max((each.opened_at + each.group.life for each in asked), default=0.0)
    until = max(time.time(), longest) + _TAKES_ITS_TIME
    before = 0
    while (still := ours.still_open(database)) and time.time() < until:
        if still != before:
            world.say(f"{still} conferences are open")
        before = still
        time.sleep(_LOOK)


def _verdict(
    world: World, house: ChaosHouse, asked: list[Asked], rules: Rules, last_news: float
) -> Outcome:
    """Once the last callback has had its time; again, while what is wrong is being mended."""
    world.say("all is over; the last news may still be on its way")
    time.sleep(last_news)
    until = time.time() + rules.settled
    changed_at, before = time.time(), set[Violation]()
    while True:
        found = _compared(house, asked, rules)
        if set(found.violations) != before:
            changed_at, before = time.time(), set(found.violations)
            world.say(f"{len(before)} differences{', such as ' if before else ''}{found.first()}")
        if not before or time.time() > min(until, changed_at + _MENDS):
            return _with_api(house, found)
        time.sleep(_LOOK)


def _compared(house: ChaosHouse, asked: list[Asked], rules: Rules) -> Outcome:
    held = ours.read(house.environment["DATABASE_URL"])
    ledger = house.network.ledger()
    house.watch.look()
    # Two looks at a stay may each be as inexact as the rules allow.
    book = Book(asked, ledger, held, house.watch.right_since(slack=2 * rules.stay))
    return Outcome(book, violations(book, rules))


def _with_api(house: ChaosHouse, found: Outcome) -> Outcome:
    """The third witness, who is slow: our own API."""
    told = (_all_pages(house, "conferences"), _all_pages(house, "calls"))
    found.violations += told_differently(found.book.ours, *told)
    return found


def _all_pages(house: ChaosHouse, what: str) -> Iterator[Json]:
    page = {"next": f"/{what}?page_size=200"}
    while page["next"]:
        answer = house.staff.http.get(page["next"])
        answer.raise_for_status()
        page = answer.json()
        yield from page["results"]


def _evidence(house: ChaosHouse, outcome: Outcome) -> Path:
    wrong = [id_ for id_ in sorted(outcome.wrong()) if id_ in outcome.book.ours.conferences]
    events = ours.events(house.environment["DATABASE_URL"])
    return keep([outcome.file(id_, events) for id_ in wrong[:_MOST_KEPT]], house.folder)
