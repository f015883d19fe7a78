"""Nothing is lost: proves it, row by row, and says what was measured.

make chaos                                  all rows
make chaos ROWS=crowd CONFERENCES=200       some, smaller
python -m tests.chaos --rows crowd,soak --conferences 200 --seed 7 --database sqlite
"""

import argparse
import os
import sys
import time

from tests.chaos import report
from tests.chaos.publish import publish
from tests.chaos.report import Measured
from tests.chaos.row import MINUTES, RATE, Row, World, world
from tests.chaos.rows import ROWS


def main() -> None:
    options = _options()
    rows = _chosen(options.rows)
    measured: list[Measured] = []
    names = ("conferences", "rate", "minutes", "rounds", "seed")
    settings = {name: getattr(options, name) for name in names}
    with world(options.database, **settings) as place:
        for number, row in enumerate(rows, 1):
            print(f"{number}/{len(rows)} {row.name}: {row.goal}", flush=True)
            measured.append(_run(row, place))
    page, table = report.write(measured), report.table(measured)
    if options.publish:
        publish(measured, [row.name for row in ROWS])
    print(f"\n{table}\n\nThe report: {page}", flush=True)
    sys.exit(not all(each.figures.holds for each in measured))


def _run(row: Row, place: World) -> Measured:
    began = time.monotonic()
    figures = row.run(place)
    done = Measured(row, place, figures, time.monotonic() - began)
    place.say(f"{figures.measured} ({done.seconds:.0f} s)")
    if not figures.holds:
        print(report.broken(done), flush=True)
    return done


def _chosen(names: str) -> list[Row]:
    known = {row.name: row for row in ROWS}
    wanted = [name for name in names.split(",") if name] or list(known)
    strange = [name for name in wanted if name not in known]
    if strange:
        sys.exit(f"No such row: {', '.join(strange)}. There are {', '.join(known)}.")
    return [known[name] for name in wanted]


def _options() -> argparse.Namespace:
    """What `make` hands on in the environment are the defaults."""
    given = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rows", default=given("ROWS", ""), help="names, separated by commas")
    parser.add_argument("--conferences", type=int, default=given("CONFERENCES"))
    parser.add_argument("--rounds", type=int, default=given("ROUNDS"), help="of the kills")
    parser.add_argument(
        "--rate", type=float, default=given("RATE", str(RATE)), help="opened a second"
    )
    parser.add_argument("--seed", type=int, default=given("SEED", "1"))
    parser.add_argument(
        "--minutes", type=float, default=given("MINUTES", str(MINUTES)), help="of the soak"
    )
    parser.add_argument(
        "--database", choices=["postgres", "sqlite"], default=given("DATABASE", "postgres")
    )
    parser.add_argument(
        "--publish", action="store_true", default=given("PUBLISH"), help="into docs/reliability.md"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
