"""What a caller is to hear and do next: data, which the carrier puts into its own language."""

from dataclasses import dataclass, field
from enum import Enum, auto

from calls.states import LineAction


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
    MESSAGE_LEFT = auto()
    NO_MESSAGE = auto()
    TALKED = auto()  # the call that was put through is over
    NOT_TAKEN = auto()  # the person whose phone rang did not press 1
    LOCKED = auto()  # nobody new is let in
    CALLER_GONE = auto()  # the caller hung up before the person took the call
    NOT_NOW = auto()  # we cannot tell: a webhook that we do not know what to do with


class RoomAnswer(Enum):
    """What the room's menu says to a key."""

    MUTED = auto()
    HEARD_AGAIN = auto()
    FIVE_MORE_MINUTES = auto()
    NO_MORE_TIME = auto()  # it has been extended as far as it may be
    NOT_UNDERSTOOD = auto()


@dataclass(frozen=True)
class WhoIsHere:
    """The others in the conference: some by their names, and how many more there are.

    `unnamed`: we know no names of those; else the names would be too many.
    """

    names: tuple[str, ...]
    more: int = 0
    unnamed: bool = True


@dataclass(frozen=True)
class TimeLeft:
    seconds: int


@dataclass(frozen=True)
class Speech:
    """In which language and voice a line speaks; empty: the account's own voice."""

    language: str = "en-US"
    voice: str = ""


@dataclass(frozen=True)
class AskCode:
    """Ask for the code. `silences` counts how often the caller has said nothing.

    `tries` counts the codes that he has typed, so that one typed twice is told from one told twice.
    `menu`: the line has one, which silence or the star key leads to. `preface` is said before,
    in place of a welcome.
    """

    call_id: str
    trouble: CodeTrouble | None = None
    silences: int = 0
    tries: int = field(default=0, compare=False)  # the question is the same
    menu: bool = False
    preface: str = ""
    speech: Speech = Speech()


@dataclass(frozen=True)
class Menu:
    """Say what the keys do and ask for one. `misses` counts silences and wrong keys.

    `asked` counts how often the menu was said before, so that no two askings look the same.
    """

    call_id: str
    keys: tuple[tuple[str, LineAction], ...]
    preface: str = ""  # the greeting, or what was asked to be said
    misses: int = 0
    asked: int = 0
    speech: Speech = Speech()


@dataclass(frozen=True)
class Forward:
    """Ring people, all of `phones` at once; `phones` are our leg ids with their numbers."""

    call_id: str
    phones: tuple[tuple[str, str], ...]
    caller_id: str
    ring_seconds: int
    round: int  # which of the line's phones ring now, counted from 0
    preface: str = ""
    speech: Speech = Speech()


@dataclass(frozen=True)
class AskToTake:
    """Tell the person whose phone rang who is calling, and ask for 1."""

    call_id: str  # the forwarded leg
    caller: str
    line: str
    speech: Speech = Speech()


@dataclass(frozen=True)
class Connect:
    """The person takes the call: put the two together."""


@dataclass(frozen=True)
class TakeMessage:
    """Beep, and record what the caller says."""

    call_id: str
    longest_seconds: int
    preface: str = ""
    speech: Speech = Speech()


@dataclass(frozen=True)
class AskToConfirm:
    """Tell a called person who is calling, and ask for 1."""

    call_id: str
    conference_name: str
    silences: int = 0


GRACE = 15  # seconds that a leg may stay in the room after its deadline, if nobody ends the room


@dataclass(frozen=True)
class Join:
    """Into the room. `rejoins`: was in it a moment ago, and need not hear the greeting.

    `stay` counts the leg's entries from 0, so that no two of its ways out look the same.
    `muted`: nobody is to hear it until somebody says otherwise.
    `starts_room`: the others may hear this one at once; else all hear music until somebody does.
    `answer`: to the key that was pressed in the room's menu; it is said before.
    """

    call_id: str
    conference_id: str
    conference_name: str
    seconds_left: int
    deadline: int  # seconds since 1970: the conference's `ends_at` when this was said
    rejoins: bool = False
    stay: int = 0
    muted: bool = False
    starts_room: bool = True
    answer: RoomAnswer | None = None


@dataclass(frozen=True)
class RoomMenu:
    """Out of the room for a moment: say what the keys do and ask for one.

    `asked` counts how often that was asked in this stay outside, so that no two keys look the
    same; `misses` counts the wrong ones. `answer`: to the key before, said first.
    """

    call_id: str
    stay: int
    seconds_left: int
    muted: bool = False
    may_extend: bool = False
    answer: RoomAnswer | WhoIsHere | TimeLeft | None = None
    asked: int = 0
    misses: int = 0


@dataclass(frozen=True)
class Goodbye:
    """`reason`: what somebody gave as one, in his own words."""

    farewell: Farewell
    speech: Speech = Speech()
    reason: str = ""


@dataclass(frozen=True)
class Announcement:
    """What somebody has said into the room."""

    text: str


@dataclass(frozen=True)
class Nothing:
    """Nobody hears what we say: the caller has gone already, or it had better not be heard."""


Step = (
    Announcement
    | AskCode
    | AskToConfirm
    | AskToTake
    | Connect
    | Forward
    | Goodbye
    | Join
    | Menu
    | Nothing
    | RoomMenu
    | TakeMessage
)
