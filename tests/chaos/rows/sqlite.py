"""Everybody writes to one file at the same time."""

from dataclasses import dataclass, replace
from pathlib import Path

from tests.chaos.history import Rules, Violation
from tests.chaos.plan import hurry
from tests.chaos.row import Figures, World
from tests.chaos.rows.course import carry_out
from tools.phones_client import Json

_DOUBLED: Json = {"duplicate": 1.0, "shuffle": True}
# The file is the narrow place, so webhooks may wait; what they tell must not be lost all the same.
_LAST_NEWS = 3.0  # seconds: no callback is held back for longer
_RULES = Rules(late=60.0, settled=60.0, busy=True, stay=15.0)


@dataclass(frozen=True)
class Sqlite:
    """`usual`: how many conferences are asked for at once, each with a text and two calls."""

    name: str = "sqlite"
    goal: str = (
        'web, three workers and two beats write to one SQLite file at once: never "database is'
        ' locked", nothing lost'
    )
    usual: int = 300

    def run(self, world: World) -> Figures:
        plan = hurry(world.seed, world.many(self.usual))
        on_file = replace(world, database="sqlite")
        with on_file.house(CONFERENCE_NO_SHOW_AFTER="20") as house:
            house.suffers(callbacks=_DOUBLED, seed=world.seed)
            outcome = carry_out(on_file, house, plan, _RULES, last_news=_LAST_NEWS)
            locked = list(said(house.folder, "is locked"))
        words = f'"database is locked" said {len(locked)} times; {outcome.words()}'
        return Figures(words, [*outcome.violations, *locked], outcome.details())


def said(logs: Path, words: str) -> list[Violation]:
    """Each line of a log that has these words."""
    return [
        Violation(f'"{words}" in a log', file.name, line)
        for file in sorted(logs.glob("*.log"))
        for line in file.read_text(errors="replace").splitlines()
        if words in line
    ]
