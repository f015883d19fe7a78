"""The menu of our lines: what a caller did goes in, the next step comes out."""

from conferencing.news import IncomingCall
from conferencing.steps import Step


def incoming(call: IncomingCall) -> Step:
    """Somebody has dialled one of our lines."""
    raise NotImplementedError


def code_entered(call_id: str, digits: str) -> Step:
    """A caller typed a code, or what he takes for one."""
    raise NotImplementedError


def code_silence(call_id: str, silences: int) -> Step:
    """A caller was asked for the code and typed nothing, for the `silences`-th time."""
    raise NotImplementedError


def answered(call_id: str, sid: str) -> Step:
    """A phone that we called was picked up."""
    raise NotImplementedError


def confirmation(call_id: str, digits: str) -> Step:
    """A called person pressed a key."""
    raise NotImplementedError


def confirmation_silence(call_id: str, silences: int) -> Step:
    """A called person, or a machine, pressed nothing, for the `silences`-th time."""
    raise NotImplementedError


def left_room(call_id: str, deadline: int, *, gone: bool) -> Step:
    """A leg's stay in the room is over. `deadline` as in `Join`; `gone`: has hung up."""
    raise NotImplementedError
