"""`/calls`"""

from conferencing.api import examples
from conferencing.api.describe.operation import BAD_FILTER, NOT_FOUND, operation
from conferencing.api.inputs import CallFilters
from conferencing.api.outputs import CallOut, EventOut

calls = operation(
    "calls",
    "List the calls, newest first: one for each leg",
    200,
    CallOut(many=True),
    examples.answered(examples.CALL),
    BAD_FILTER,
    parameters=[CallFilters],
    errors=(400,),
)
call = operation(
    "call",
    "Look at a call",
    200,
    CallOut,
    examples.answered(examples.CALL),
    NOT_FOUND,
    errors=(404,),
)
call_events = operation(
    "call_events",
    "The timeline of a call, newest first",
    200,
    EventOut(many=True),
    examples.answered(examples.EVENT),
    BAD_FILTER,
    NOT_FOUND,
    errors=(400, 404),
)
