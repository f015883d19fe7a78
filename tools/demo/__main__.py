"""`python -m tools.demo [FOLDER]`: the story, in a house of its own, by default in var/demo."""

import sys
from pathlib import Path

import httpx

from tools.console import stop
from tools.demo.house import House, house
from tools.demo.story import CALLS, play
from tools.demo.table import table
from tools.embedded import VAR
from tools.processes import Stopped


def main() -> None:
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else VAR / "demo"
    try:
        with house(folder) as where:
            tell(where, folder)
    except Stopped:
        print("\nStopped.", flush=True)
        sys.exit(130)  # as a shell says it
    except RuntimeError as problem:
        stop(str(problem))


def tell(where: House, folder: Path) -> None:
    """The play and its feed; stops with a sentence if anything of it did not happen."""
    try:
        play(where)
        close(where)
    except (AssertionError, httpx.HTTPError) as problem:
        sentence = f"The story stopped after {where.teller.seconds:.0f} s: {problem}"
        raise RuntimeError(f"{sentence}\nThe logs are in {folder / 'log'}.") from problem


def close(where: House) -> None:
    """What staff see after all this."""
    where.teller.act("The feed: GET /api/v1/calls with a staff key")
    calls = where.api.calls()
    for line in table(calls, where.stage):
        where.teller.say(f"  {line}")
    assert len(calls) == CALLS, f"the feed holds {len(calls)} calls, not {CALLS}"
    where.teller.say(
        f"\ndone: {len(calls)} calls, 1 conference, 1 voicemail, in {where.teller.seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
