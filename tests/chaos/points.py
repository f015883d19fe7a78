"""Twelve points in the work of our processes, at each of which the one that passes it is killed.

Eleven things are done one after the other, from the commit of a conference to the audio of a
message; the points lie before the first of them, between each and the next, and after the last.
Each names the functions that are its brink, so that the product needs no code for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Process(StrEnum):
    WEB = "web"
    WORKER = "worker"


class Side(StrEnum):
    """Of the function: before it is called, or after it has returned."""

    BEFORE = "before"
    AFTER = "after"


def _any(*_: object, **__: object) -> bool:
    return True


@dataclass(frozen=True)
class Site:
    """`function` as `module:qualified.name`; `only` looks at its arguments."""

    process: Process
    side: Side
    function: str
    only: Callable[..., bool] = _any


@dataclass(frozen=True)
class Point:
    name: str
    sites: tuple[Site, ...]

    def fuses(self) -> list[str]:
        """Of each of its sites a name, good for a file."""
        name = self.name.replace(", ", "-").replace(" ", "-")
        return [f"{name}.{number}" for number in range(len(self.sites))]


def _asks_to_call_or_text(
    _connection: object, method: str, url: str, *_: object, **__: object
) -> bool:
    return method == "POST" and url.endswith(("/Calls.json", "/Messages.json"))


def _to_invite(lane: str, *_: object, **__: object) -> bool:
    return lane == "inviting"


def _web(side: Side, function: str) -> Site:
    return Site(Process.WEB, side, function)


def _worker(side: Side, function: str) -> Site:
    return Site(Process.WORKER, side, function)


_GATEWAY = "conferencing.carrier.gateway:TwilioGateway"

POINTS = (
    Point(
        "before commit",
        (_web(Side.AFTER, "conferencing.conferences:_open_with"),),  # all is written by then
    ),
    Point(
        "committed, not woken",
        (Site(Process.WEB, Side.BEFORE, "conferencing.tasks:nudge", only=_to_invite),),
    ),
    Point("woken, not claimed", (_worker(Side.BEFORE, "conferencing.orders:claim"),)),
    Point("claimed, not sent", (_worker(Side.BEFORE, "conferencing.orders:about_to_ask"),)),
    Point(
        "sent, unanswered",
        (
            Site(
                Process.WORKER,
                Side.AFTER,
                "urllib3.connection:HTTPConnection.request",
                only=_asks_to_call_or_text,
            ),
        ),
    ),
    Point(
        "answered, SID not saved",
        (
            _worker(Side.AFTER, f"{_GATEWAY}.call"),
            _worker(Side.AFTER, f"{_GATEWAY}.send_text"),
        ),
    ),
    Point(
        "SID saved, no event",
        (
            _web(Side.BEFORE, "calls.journal.legs:leg_told"),
            _worker(Side.AFTER, "conferencing.invitations:_call_settled"),
            _worker(Side.AFTER, "conferencing.invitations:_text_settled"),
        ),
    ),
    Point(
        "event inserted, no reply",
        (
            _web(Side.AFTER, "conferencing.progress:leg"),
            _web(Side.AFTER, "conferencing.progress:room"),
            _web(Side.AFTER, "conferencing.progress:text"),
            _web(Side.AFTER, "conferencing.ivr:code_entered"),
            _web(Side.AFTER, "conferencing.ivr:confirmation"),
        ),
    ),
    Point(
        "replied, sweep not claimed",
        (
            _worker(Side.BEFORE, "conferencing.sweeping:_end"),
            _web(Side.AFTER, "django.http.response:HttpResponseBase.close"),
        ),
    ),
    Point(
        "sweep claimed, room not ended",
        (
            _worker(Side.AFTER, "conferencing.sweeping:_end"),
            _worker(Side.BEFORE, f"{_GATEWAY}.end_room"),
        ),
    ),
    Point(
        "room ended, recording not saved",
        (
            _worker(Side.AFTER, f"{_GATEWAY}.end_room"),
            _worker(Side.BEFORE, "conferencing.keeping:_keep"),
        ),
    ),
    Point(
        "recording saved",
        (
            _worker(Side.AFTER, "django.core.files.storage.base:Storage.save"),
            _worker(Side.AFTER, "conferencing.keeping:_keep"),
        ),
    ),
)
