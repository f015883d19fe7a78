"""`/conferences/{id}/participants`: add one, change, hang up, invite again."""

from conferencing.api import examples
from conferencing.api.describe.operation import BAD_NUMBER, NOT_FOUND, REPLAYS, WRITES, operation
from conferencing.api.inputs import NewParticipant, Nothing, ParticipantChanges
from conferencing.api.outputs import ParticipantOut

_OVER = examples.error(
    409,
    "client_error",
    "conference_over",
    "The conference is over: nobody can be added.",
)
_GONE = examples.error(409, "client_error", "not_in_room", "Ann is not in the room.")
_RINGS = examples.error(409, "client_error", "under_way", "Ann is being called.")


invite = operation(
    "invite",
    "Add somebody, also while the conference is live",
    201,
    ParticipantOut,
    examples.asked(examples.NEW_PARTICIPANT),
    examples.answered({**examples.ANN, "status": "pending"}, 201),
    BAD_NUMBER,
    NOT_FOUND,
    _OVER,
    request=NewParticipant,
    parameters=[REPLAYS],
    errors=(*WRITES, 404, 409, 422),
)
remove = operation(
    "remove",
    "Hang somebody up, or withdraw the invitation",
    202,
    ParticipantOut,
    examples.answered({**examples.ANN, "status": "canceled"}, 202),
    NOT_FOUND,
    errors=(403, 404, 413),
)
change = operation(
    "change_participant",
    "Mute, hold or rename somebody; `asked` says what is under way",
    200,
    ParticipantOut,
    examples.asked({"muted": True}),
    examples.answered({**examples.ANN, "status": "joined", "asked": ["mute"]}),
    NOT_FOUND,
    _GONE,
    request=ParticipantChanges,
    errors=(*WRITES, 404, 409),
)
retry = operation(
    "retry",
    "Text or call somebody again",
    202,
    ParticipantOut,
    examples.asked({}),
    examples.answered({**examples.ANN, "status": "pending"}, 202),
    NOT_FOUND,
    _RINGS,
    request=Nothing,
    parameters=[REPLAYS],
    errors=(*WRITES, 404, 409, 422),
)
