"""What the activity feed costs at a million calls against ten thousand.

    python -m benchmarks.feed [--small 10000] [--large 1000000] [--rounds 40] [--only sqlite]

Fills two databases of each kind, asks both in turn, and prints medians, their ratio and the
number of queries; fails if a page costs more than 1.3 times as much in the large one. On SQLite,
and on PostgreSQL where PARTYLINE_TEST_POSTGRES_URL names one. Removes the databases afterwards.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from benchmarks.feed_databases import Databases, Size, on_postgres, on_sqlite  # noqa: I001

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.feed_rows import BUSY, MAIN, NOW, RARE, SPAN
from calls import activity, ids
from calls.activity import Filters
from calls.states import Direction, Outcome

LIMIT = 1.3
# Two filters at once read one's index until the other has filled the page: shown, not judged.
_TOGETHER = "together:"
Look = Callable[[], object]


def main() -> None:
    options = _options()
    sizes = {Size.SMALL: options.small, Size.LARGE: options.large}
    worst = [0.0]
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder, on_sqlite(Path(folder)) as databases:
            databases.fill(sizes)
            worst.append(_compare(databases, sizes, options.rounds))
    if options.only != "sqlite" and os.environ.get("PARTYLINE_TEST_POSTGRES_URL"):
        with on_postgres() as databases:
            databases.fill(sizes)
            worst.append(_compare(databases, sizes, options.rounds))
    elif options.only != "sqlite":
        print("SKIPPED PostgreSQL: PARTYLINE_TEST_POSTGRES_URL is not set")
    print(f"\nThe worst ratio is {max(worst):.2f}; at most {LIMIT} is wanted.")
    sys.exit(int(max(worst) > LIMIT))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    return parser.parse_args()


def _compare(databases: Databases, sizes: dict[Size, int], rounds: int) -> float:
    small, large = sizes[Size.SMALL], sizes[Size.LARGE]
    print(f"\n{databases.name}: {small:,} and {large:,} calls, medians of {rounds}", flush=True)
    print(f"{'':34}{'small':>10}{'large':>10}{'ratio':>8}  queries")
    looks = _looks(databases).items()
    ratios = {name: _line(databases, name, look, rounds) for name, look in looks}
    return max(ratio for name, ratio in ratios.items() if not name.startswith(_TOGETHER))


def _line(databases: Databases, name: str, look: Look, rounds: int) -> float:
    """Both in turn, so that whatever else the machine does disturbs both alike."""
    queries = {size: _queries(databases, look, size) for size in Size}
    times: dict[Size, list[float]] = {size: [] for size in Size}
    for _ in range(rounds):
        for size in Size:
            times[size].append(_seconds(databases, look, size))
    small, large = (1000 * median(times[size]) for size in Size)
    counts = f"{queries[Size.SMALL]} and {queries[Size.LARGE]}"
    print(f"{name:34}{small:7.2f} ms{large:7.2f} ms{large / small:8.2f}  {counts}", flush=True)
    return float("inf") if queries[Size.LARGE] > queries[Size.SMALL] else large / small


def _queries(databases: Databases, look: Look, size: Size) -> int:
    with databases.using(size):
        look()
        look()  # warm: pages of the database in memory, templates known
        with CaptureQueriesContext(connection) as captured:
            look()
    return len(captured)


def _seconds(databases: Databases, look: Look, size: Size) -> float:
    with databases.using(size):
        begin = perf_counter()
        look()
        return perf_counter() - begin


def _looks(databases: Databases) -> dict[str, Look]:
    """The whole answer to a browser, and then what its rows cost under each filter."""
    clients = {size: _client(databases, size) for size in Size}

    def fetch(path: str) -> Look:
        return lambda: clients[databases.now].get(path)

    def read(filters: Filters, before: str = "") -> Look:
        return lambda: activity.page(filters, before)

    def search(typed: str) -> Look:
        return lambda: activity.page(Filters(**activity.conditions(typed)))

    past = NOW - SPAN / 2
    return {
        "the page, as a browser gets it": fetch("/admin/activity/"),
        "its refresh": fetch("/admin/activity/rows"),
        "newest": read(Filters()),
        "a page in the middle": read(Filters(), ids.call_id_at(past)),
        **{f"outcome: {each}": read(Filters(outcome=each)) for each in Outcome},
        **{f"direction: {each}": read(Filters(direction=each)) for each in Direction},
        "line": read(Filters(line_id="line_main")),
        "unheard": read(Filters(unheard=True)),
        "days": read(Filters(since=past, until=past + timedelta(days=30))),
        "search: a busy number": search(BUSY),
        "search: a rare number": search(RARE),
        "search: our own number": search(MAIN),
        "search: a name": search("Alice"),
        "search: nobody": search("Zacharias"),
        "search: withheld": search("withheld"),
        f"{_TOGETHER} a busy number, unheard": read(Filters(numbers=(BUSY,), unheard=True)),
        "live conferences": activity.live_conferences,
    }


def _client(databases: Databases, size: Size) -> Client:
    with databases.using(size):
        client = Client()
        client.force_login(User.objects.get(username="chief"))
        return client


if __name__ == "__main__":
    main()
