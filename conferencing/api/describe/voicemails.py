"""`/voicemails`"""

from conferencing.api import examples
from conferencing.api.describe.operation import BAD_FILTER, NOT_FOUND, WRITES, operation
from conferencing.api.inputs import HeardFlag, VoicemailFilters
from conferencing.api.outputs import VoicemailOut

_AUDIO = {(200, "audio/*"): bytes}

voicemails = operation(
    "voicemails",
    "List the messages that callers left, newest first",
    200,
    VoicemailOut(many=True),
    examples.answered(examples.VOICEMAIL),
    BAD_FILTER,
    parameters=[VoicemailFilters],
    errors=(400,),
)
voicemail = operation(
    "voicemail",
    "Look at a message",
    200,
    VoicemailOut,
    examples.answered(examples.VOICEMAIL),
    NOT_FOUND,
    errors=(404,),
)
mark_voicemail = operation(
    "mark_voicemail",
    "Mark a message as heard, or as not heard",
    200,
    VoicemailOut,
    examples.asked({"heard": True}),
    examples.answered({**examples.VOICEMAIL, "heard": True, "heard_at": examples.MOMENT}),
    NOT_FOUND,
    request=HeardFlag,
    errors=(*WRITES, 404),
)
voicemail_audio = operation(
    "voicemail_audio",
    "Get the audio of a message; a Range gets a part of it",
    200,
    _AUDIO,
    NOT_FOUND,
    errors=(404,),
)
