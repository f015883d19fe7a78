"""The words of voice TwiML: elements, their attributes, and what may stand in what.

`RUN` are executed here; `KNOWN` are Twilio's too, but this network only warns and goes on.
"""

_CALLBACKS = {"statusCallback", "statusCallbackEvent", "statusCallbackMethod"}
_RECORDING = {
    "recordingStatusCallback",
    "recordingStatusCallbackEvent",
    "recordingStatusCallbackMethod",
    "recordingConfigurationId",
}
_AMD = {
    "machineDetection",
    "machineDetectionTimeout",
    "machineDetectionSpeechThreshold",
    "machineDetectionSpeechEndThreshold",
    "machineDetectionSilenceTimeout",
    "amdStatusCallback",
    "amdStatusCallbackMethod",
}

ATTRIBUTES: dict[str, set[str]] = {
    "Response": set(),
    "Say": {"voice", "language", "loop"},
    "Play": {"loop", "digits"},
    "Pause": {"length"},
    "Gather": {
        "action", "method", "timeout", "finishOnKey", "numDigits", "input", "actionOnEmptyResult",
        "speechTimeout", "maxSpeechTime", "language", "hints", "bargeIn", "profanityFilter",
        "partialResultCallback", "partialResultCallbackMethod", "speechModel", "enhanced", "debug",
    },
    "Dial": {
        "action", "method", "timeout", "timeLimit", "callerId", "answerOnBridge", "hangupOnStar",
        "record", "trim", "recordingTrack", "ringTone", "sequential", "referUrl", "referMethod",
        "events", "passports", *_RECORDING,
    },
    "Number": {"url", "method", "sendDigits", "byoc", *_CALLBACKS, *_AMD},
    "Conference": {
        "muted", "beep", "startConferenceOnEnter", "endConferenceOnExit", "participantLabel",
        "jitterBufferSize", "waitUrl", "waitMethod", "maxParticipants", "record", "trim", "coach",
        "region", "eventCallbackUrl", *_CALLBACKS, *_RECORDING,
    },
    "Record": {
        "action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim", "transcribe",
        "transcribeCallback", *_RECORDING,
    },
    "Redirect": {"method"},
    "Reject": {"reason"},
    "Hangup": set(),
}  # fmt: skip

RUN = frozenset(ATTRIBUTES) - {"Response", "Number", "Conference"}
KNOWN = frozenset({"Connect", "Echo", "Enqueue", "Leave", "Pay", "Prompt", "Queue", "Refer", "Sms",
                   "Start", "Stop"})  # fmt: skip
PROMPTS = frozenset({"Say", "Play", "Pause"})
