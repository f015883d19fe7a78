"""What a caller is to hear and do next: data, which the carrier puts into its own language."""

from dataclasses import dataclass
from enum import Enum, auto


class CodeTrouble(Enum):
    """Why the code is asked for again."""

    WRONG = auto()
    ENDED = auto()
    FULL = auto()
    STRANGERS_REFUSED = auto()  # call from the number that was invited


class Farewell(Enum):
    """The last thing a caller hears."""

    TIME_IS_UP = auto()
    LEFT = auto()
    ENDED = auto()
    FULL = auto()
    TOO_MANY_TRIES = auto()
    STRANGERS_REFUSED = auto()
    NO_INPUT = auto()
    DECLINED = auto()
    NOT_NOW = auto()  # we cannot tell: a webhook that we do not know what to do with


@dataclass(frozen=True)
class AskCode:
    """Ask for the code. `silences` counts how often the caller has said nothing."""

    call_id: str
    trouble: CodeTrouble | None = None
    silences: int = 0


@dataclass(frozen=True)
class AskToConfirm:
    """Tell a called person who is calling, and ask for 1."""

    call_id: str
    conference_name: str
    silences: int = 0


@dataclass(frozen=True)
class Join:
    """Into the room. `rejoins`: was in it a moment ago, and need not hear the greeting."""

    call_id: str
    conference_id: str
    conference_name: str
    seconds_left: int
    deadline: int  # seconds since 1970: the conference's `ends_at` when this was said
    rejoins: bool = False


@dataclass(frozen=True)
class Goodbye:
    farewell: Farewell


@dataclass(frozen=True)
class Nothing:
    """The caller has gone already: nobody hears what we say."""


Step = AskCode | AskToConfirm | Join | Goodbye | Nothing
