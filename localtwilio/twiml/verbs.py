"""Verbs as data. Defaults are those of Twilio's TwiML pages; times are seconds."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Say:
    text: str
    loop: int = 1


@dataclass(frozen=True)
class Play:
    url: str
    loop: int = 1
    digits: str = ""


@dataclass(frozen=True)
class Pause:
    length: float = 1.0


Prompt = Say | Play | Pause


@dataclass(frozen=True)
class Gather:
    """`action` None is the current URL; `finish_on_key` empty is off; `num_digits` 0 is no end."""

    action: str | None = None
    method: str = "POST"
    timeout: float = 5.0
    finish_on_key: str = "#"
    num_digits: int = 0
    speech: bool = False
    dtmf: bool = True
    action_on_empty: bool = False
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True)
class Number:
    """`url` is the whisper: TwiML the called person hears before the two are connected."""

    number: str
    url: str | None = None
    method: str = "POST"
    send_digits: str = ""
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class ConferenceRoom:
    """`wait_url` None is Twilio's music, empty is silence."""

    name: str
    muted: bool = False
    beep: str = "true"
    start_on_enter: bool = True
    end_on_exit: bool = False
    label: str | None = None
    wait_url: str | None = None
    wait_method: str = "POST"
    max_participants: int = 250
    record: bool = False
    coach: str | None = None
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_events: frozenset[str] = frozenset()
    recording_callback: str | None = None
    recording_callback_method: str = "POST"
    recording_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class Dial:
    """`action` None: when the dial is over the next verb runs."""

    action: str | None = None
    method: str = "POST"
    timeout: float = 30.0
    time_limit: float = 14400.0
    caller_id: str | None = None
    answer_on_bridge: bool = False
    hangup_on_star: bool = False
    sequential: bool = False
    record: str = "do-not-record"
    recording_callback: str | None = None
    recording_callback_method: str = "POST"
    recording_events: frozenset[str] = frozenset({"completed"})
    numbers: tuple[Number, ...] = ()
    room: ConferenceRoom | None = None


@dataclass(frozen=True)
class Record:
    """`action` None is the current URL: a loop, as Twilio warns."""

    action: str | None = None
    method: str = "POST"
    timeout: float = 5.0
    finish_on_key: str = "1234567890*#"
    max_length: float = 3600.0
    play_beep: bool = True
    trim: bool = True
    recording_callback: str | None = None
    recording_callback_method: str = "POST"
    recording_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class Redirect:
    url: str = ""
    method: str = "POST"


@dataclass(frozen=True)
class Reject:
    reason: str = "rejected"


@dataclass(frozen=True)
class Hangup:
    pass


Verb = Say | Play | Pause | Gather | Dial | Record | Redirect | Reject | Hangup


@dataclass(frozen=True)
class Document:
    """A parsed `<Response>`; `url` is what its relative URLs are resolved against."""

    verbs: tuple[Verb, ...] = field(default_factory=tuple)
    url: str | None = None
