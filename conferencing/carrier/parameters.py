"""The names of the parameters that Twilio's webhooks are known to carry.

Twilio adds some from time to time; the door counts those that do not stand here.
"""

_PLACES = {
    f"{end}{part}"
    for end in ("From", "To", "Caller", "Called")
    for part in ("", "City", "State", "Zip", "Country")
}
_CALLS = """
    AccountSid AddOns AnsweredBy ApiVersion ApplicationSid CallDuration CallSid CallStatus
    CallToken CalledVia CallbackSource CallerName Confidence DialBridged DialCallDuration
    DialCallSid DialCallStatus Digits Direction Duration ErrorCode ErrorMessage ErrorUrl
    FinishedOnKey ForwardedFrom MachineDetectionDuration ParentCallSid QueueTime RecordingChannels
    RecordingDuration RecordingSid RecordingSource RecordingStartTime RecordingStatus
    RecordingTrack RecordingUrl SequenceNumber SipResponseCode SpeechResult StirPassportToken
    StirStatus StirVerstat Timestamp TranscriptionSid TranscriptionStatus TranscriptionText
    TranscriptionUrl msg
"""
_ROOMS = """
    AnnounceUrl CallSidEndingConference CallSidToCoach Coaching ConferenceSid
    EndConferenceOnExit FriendlyName Hold Muted ParticipantCallStatus ParticipantLabel
    ParticipantLabelEndingConference Reason ReasonAnnouncementFailed ReasonConferenceEnded
    ReasonParticipantLeft StartConferenceOnEnter StatusCallbackEvent
"""
_TEXTS = """
    Body ChannelToAddress MessageSid MessageStatus MessagingServiceSid NumMedia NumSegments
    OptOutType RawDlrDoneDate SmsMessageSid SmsSid SmsStatus
"""

KNOWN = frozenset(_PLACES) | frozenset(_CALLS.split() + _ROOMS.split() + _TEXTS.split())
