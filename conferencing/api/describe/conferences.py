"""`/conferences`: open, list, look, end; the timeline."""

from conferencing.api import examples
from conferencing.api.describe.operation import (
    BAD_FILTER,
    BAD_NUMBER,
    NOT_FOUND,
    REPLAYS,
    WRITES,
    operation,
)
from conferencing.api.inputs import ConferenceFilters, NewConference, Nothing
from conferencing.api.ledger import ConferenceInFullOut
from conferencing.api.outputs import ConferenceOut, EventOut

_NO_CODE = examples.error(
    503,
    "server_error",
    "no_free_code",
    "Half of all codes are in use: try again in a minute, or raise CONFERENCE_CODE_LENGTH.",
)


conferences = operation(
    "conferences",
    "List the conferences, newest first",
    200,
    ConferenceOut(many=True),
    examples.answered(examples.CONFERENCE),
    BAD_FILTER,
    parameters=[ConferenceFilters],
    errors=(400,),
)
open_conference = operation(
    "open_conference",
    "Open a conference: text and call its people",
    201,
    ConferenceOut,
    examples.asked(examples.NEW_CONFERENCE),
    examples.answered(examples.CONFERENCE, 201),
    BAD_NUMBER,
    _NO_CODE,
    request=NewConference,
    parameters=[REPLAYS],
    errors=(*WRITES, 422),
)
conference = operation(
    "conference",
    "Look at a conference: all that came of it, a year later, too",
    200,
    ConferenceInFullOut,
    examples.answered(examples.CONFERENCE_IN_FULL),
    NOT_FOUND,
    errors=(404,),
)
end_conference = operation(
    "end_conference",
    "End a conference for all; one that is over stays as it is",
    202,
    ConferenceOut,
    examples.answered({**examples.CONFERENCE, "status": "ending"}, 202),
    NOT_FOUND,
    request=Nothing,
    parameters=[REPLAYS],
    errors=(*WRITES, 404, 422),
)
conference_events = operation(
    "conference_events",
    "The timeline of a conference, newest first",
    200,
    EventOut(many=True),
    examples.answered(examples.EVENT),
    BAD_FILTER,
    NOT_FOUND,
    errors=(400, 404),
)
