"""What may be asked of a conference while people are in it."""

from collections.abc import Callable
from typing import Any

from conferencing.api import examples
from conferencing.api.describe.operation import NOT_FOUND, REPLAYS, WRITES, View, operation
from conferencing.api.inputs import Extension, Lock, NewAnnouncement, Nothing
from conferencing.api.outputs import AnnouncementOut, ConferenceOut

_LIVE = {
    **examples.CONFERENCE,
    "status": "live",
    "started_at": examples.MOMENT,
    "ends_at": "2026-01-31T12:05:00Z",
}
_OVER = examples.error(409, "client_error", "conference_over", "The conference is over.")
_TOO_LONG = examples.error(
    409,
    "client_error",
    "too_long",
    "It may last 3600 seconds in all: 120 more can be had.",
)
_TOO_OFTEN = examples.error(
    429,
    "client_error",
    "too_often",
    "A conference has at most 10 announcements a minute: try again in 17 s.",
)


def _move(
    name: str,
    summary: str,
    body: Any,
    *told: Any,
    status: int = 202,
    output: Any = ConferenceOut,
) -> Callable[[View], View]:
    return operation(
        name,
        summary,
        status,
        output,
        *told,
        NOT_FOUND,
        request=body,
        parameters=[REPLAYS],
        errors=(*WRITES, 404, 409, 422),
    )


extend = _move(
    "extend",
    "Let it last longer, for everybody in it",
    Extension,
    examples.asked({"seconds": 300}),
    examples.answered({**_LIVE, "ends_at": "2026-01-31T12:10:00Z"}),
    _TOO_LONG,
    status=200,
)
announce = _move(
    "announce",
    "Have a text said to all in the room, or to one",
    NewAnnouncement,
    examples.asked({"text": examples.ANNOUNCEMENT["text"]}),
    examples.answered(examples.ANNOUNCEMENT, 202),
    _OVER,
    _TOO_OFTEN,
    output=AnnouncementOut,
)
lock = _move(
    "lock",
    "Let nobody new in; who tries hears the reason",
    Lock,
    examples.asked({"reason": "We have begun."}),
    examples.answered({**_LIVE, "locked": True, "lock_reason": "We have begun."}, 202),
    _OVER,
)
unlock = _move(
    "unlock",
    "Let people in again, and invite those who had to wait",
    Nothing,
    examples.asked({}),
    examples.answered(_LIVE, 202),
    _OVER,
)
mute_all = _move(
    "mute_all",
    "Mute everybody in the room but organisers",
    Nothing,
    examples.asked({}),
    examples.answered(_LIVE, 202),
    _OVER,
)
unmute_all = _move(
    "unmute_all",
    "Unmute everybody in the room",
    Nothing,
    examples.asked({}),
    examples.answered(_LIVE, 202),
    _OVER,
)
