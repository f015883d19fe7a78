"""How late rooms are empty, and legs gone, when a hundred conferences live at the same time.

    python -m benchmarks.crowd [groups] [life]

On SQLite with a folder as broker, then on PostgreSQL and Redis where
PARTYLINE_TEST_POSTGRES_URL and PARTYLINE_TEST_REDIS_URL name them.
"""

import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from tests.journeys.crowd import gather, lateness, until_over
from tests.journeys.house import House, give_back


def main() -> None:
    groups = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    life = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    postgres = os.environ.get("PARTYLINE_TEST_POSTGRES_URL", "")
    redis_url = os.environ.get("PARTYLINE_TEST_REDIS_URL", "")
    with tempfile.TemporaryDirectory() as folder:
        _measure("SQLite, folder", House.on_sqlite(Path(folder)), groups, life)
    if postgres and redis_url:
        with tempfile.TemporaryDirectory() as folder:
            house = House.on_postgres(Path(folder), postgres, redis_url)
            _measure("PostgreSQL, Redis", house, groups, life)
            give_back(postgres, house)


def _measure(name: str, house: House, groups: int, life: int) -> None:
    try:
        house.start()
        crowd = gather(house, groups, life)
        until_over(crowd)
        ledger = house.network.ledger()
        late = sorted(each for group in crowd for each in lateness(group, ledger))
        ends = {g.conference.id: g.conference.now()["ends_at"] for g in crowd}
        gone = sorted(
            leg["ended"] - datetime.fromisoformat(ends[leg["room"]]).timestamp()
            for leg in ledger["legs"]
            if leg["room"] in ends
        )
    finally:
        house.stop()
    print(f"{name}: {groups} conferences of 3, {life} s each, load {os.getloadavg()[0]:.1f}")
    print(f"  out of the room after the deadline: {_summary(late)}")
    print(f"  leg over after the deadline:        {_summary(gone)}")


def _summary(seconds: list[float]) -> str:
    middle, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    return f"median {middle:.2f} s, p99 {p99:.2f} s, worst {seconds[-1]:.2f} s"


if __name__ == "__main__":
    main()
