"""What the feed, the API and a webhook cost at ten million calls against ten thousand.

    python -m benchmarks.feed [--small 10000] [--large 10000000] [--rounds 40] [--only sqlite]

Asks both databases in turn, and prints medians, their ratio and the number of queries; fails if
something costs more than 1.3 times as much in the large one. On SQLite, and on PostgreSQL where
PARTYLINE_TEST_POSTGRES_URL names one. `benchmarks.growth` makes its part of the table of it.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from benchmarks.feed_databases import Databases, Size, on_postgres, on_sqlite  # noqa: I001

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import feed_visitors as visitors
from benchmarks.feed_rows import BUSY, DIAL_IN, MAIN, RARE, SPAN
from calls import activity, feed, ids
from calls.activity import Filters
from calls.states import Direction, Outcome

LIMIT = 1.3
# Two filters at once read one's index until the other has filled the page: shown, not judged.
_TOGETHER = "together:"
WEBHOOK = "webhook of a recent call"
Look = Callable[[], object]


def main() -> None:
    options = _options()
    sizes = {Size.SMALL: options.small, Size.LARGE: options.large}
    found: dict[str, dict[str, list[float]]] = {}
    if options.only != "postgresql":
        with on_sqlite(sizes) as databases:
            found[databases.name] = _compare(databases, sizes, options.rounds)
    if options.only != "sqlite" and os.environ.get("PARTYLINE_TEST_POSTGRES_URL"):
        with on_postgres(sizes) as databases:
            found[databases.name] = _compare(databases, sizes, options.rounds)
    elif options.only != "sqlite":
        print("SKIPPED PostgreSQL: PARTYLINE_TEST_POSTGRES_URL is not set")
    if options.json:
        options.json.write_text(json.dumps(found))
    judged = [
        large / small
        for looks in found.values()
        for name, (small, large) in looks.items()
        if not name.startswith(_TOGETHER)
    ]
    print(f"\nThe worst ratio is {max(judged):.2f}; at most {LIMIT} is wanted.")
    sys.exit(int(max(judged) > LIMIT))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", type=Path, help="where to write the medians, too")
    return parser.parse_args()


def _compare(databases: Databases, sizes: dict[Size, int], rounds: int) -> dict[str, list[float]]:
    """The medians of each look, in milliseconds: small, large."""
    small, large = sizes[Size.SMALL], sizes[Size.LARGE]
    print(f"\n{databases.name}: {small:,} and {large:,} calls, medians of {rounds}", flush=True)
    print(f"{'':34}{'small':>10}{'large':>10}{'ratio':>8}  queries")
    looks = _looks(databases, rounds).items()
    return {name: _line(databases, name, look, rounds) for name, look in looks}


def _line(databases: Databases, name: str, look: Look, rounds: int) -> list[float]:
    """Both in turn, so that whatever else the machine does disturbs both alike."""
    queries = {size: _queries(databases, look, size) for size in Size}
    times: dict[Size, list[float]] = {size: [] for size in Size}
    for _ in range(rounds):
        for size in Size:
            times[size].append(_seconds(databases, look, size))
    small, large = (1000 * median(times[size]) for size in Size)
    counts = f"{queries[Size.SMALL]} and {queries[Size.LARGE]}"
    print(f"{name:34}{small:7.2f} ms{large:7.2f} ms{large / small:8.2f}  {counts}", flush=True)
    return [small, float("inf") if queries[Size.LARGE] > queries[Size.SMALL] else large]


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


def _looks(databases: Databases, rounds: int) -> dict[str, Look]:
    """The whole answer to a browser or a program, and then what rows cost under each filter."""
    clients = {size: visitors.client(databases, size) for size in Size}
    keys = {size: visitors.keys(databases, size) for size in Size}
    conference = {size: visitors.a_conference(databases, size) for size in Size}

    def fetch(path: str) -> Look:
        return lambda: clients[databases.now].get(path)

    def ask(path: str, *, staff: bool = True) -> Look:
        return lambda: clients[databases.now].get(
            f"/api/v1/{path}", headers={"Authorization": f"Bearer {keys[databases.now][staff]}"}
        )

    def read(filters: Filters, before: str = "") -> Look:
        return lambda: activity.page(filters, before)

    def search(typed: str) -> Look:
        return lambda: activity.page(Filters(**activity.conditions(typed)))

    past = datetime.now(UTC) - SPAN / 2
    return {
        "the page, as a browser gets it": fetch("/admin/activity/"),
        "its refresh": fetch("/admin/activity/rows"),
        "API: calls": ask("calls"),
        "API: calls before a day": ask(f"calls?started_before={past:%Y-%m-%dT00:00:00Z}"),
        "API: calls of a rare number": ask(f"calls?number={_escaped(RARE)}"),
        "API: calls of our own number": ask(f"calls?number={_escaped(MAIN)}"),
        "API: calls of a line": ask(f"calls?line={_escaped(DIAL_IN)}"),
        "API: calls with a status": ask("calls?status=busy"),
        "API: calls, nothing fits": ask("calls?status=canceled"),
        "API: a key's own calls": ask("calls", staff=False),
        "API: calls with an outcome": ask("calls?outcome=missed"),
        "API: conferences": ask("conferences"),
        "API: conferences before a day": ask(f"conferences?created_before={past:%Y-%m-%d}T00:00Z"),
        "API: conferences, nothing fits": ask("conferences?status=waiting"),
        "API: a key's own conferences": ask("conferences?status=live", staff=False),
        "API: voicemails": ask("voicemails"),
        "API: voicemails not heard": ask("voicemails?heard=false"),
        WEBHOOK: visitors.webhooks(databases, clients, rounds),
        "newest": read(Filters()),
        "a page in the middle": read(Filters(), ids.call_id_at(past)),
        **{f"outcome: {each}": read(Filters(outcome=each)) for each in Outcome},
        **{f"direction: {each}": read(Filters(direction=each)) for each in Direction},
        "line": read(Filters(line_id="line_main")),
        "line and outcome": read(Filters(line_id="line_main", outcome=Outcome.MISSED)),
        "line and outcome, nothing fits": read(
            Filters(line_id="line_dial_in", outcome=Outcome.MISSED)
        ),
        "line and direction": read(Filters(line_id="line_main", direction=Direction.OUTBOUND)),
        "outcome and direction": read(
            Filters(outcome=Outcome.FAILED, direction=Direction.OUTBOUND)
        ),
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
        "timeline of a conference": lambda: feed.timeline(conference[databases.now]),
        "admin: calls": fetch("/admin/calls/call/"),
        "admin: calls, nothing fits": fetch("/admin/calls/call/?status__exact=canceled"),
        "admin: calls of our own number": fetch(f"/admin/calls/call/?q={_escaped(MAIN)}"),
        "admin: events": fetch("/admin/calls/callevent/"),
        "admin: conferences, nothing fits": fetch(
            "/admin/calls/conference/?end_reason__exact=failed"
        ),
        "admin: voicemails": fetch("/admin/calls/voicemail/"),
    }


def _escaped(number: str) -> str:
    return number.replace("+", "%2B")


if __name__ == "__main__":
    main()
