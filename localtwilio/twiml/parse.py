"""TwiML text to verbs. What Twilio only warns about is a warning here: 12200, and on it goes."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

from localtwilio.twiml.attributes import Attributes, Warn
from localtwilio.twiml.verbs import (
    ConferenceRoom,
    Dial,
    Document,
    Gather,
    Hangup,
    Number,
    Pause,
    Play,
    Prompt,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)
from localtwilio.twiml.vocabulary import KNOWN, PROMPTS

MAX_NUMBERS = 10


class Unparsable(Exception):
    """Fatal for the document; `code` is Twilio's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse(text: bytes | str, url: str | None, warn: Warn) -> Document:
    """Raises Unparsable: 11770 for an empty body, 12100 for text that is not XML."""
    if not text.strip():
        raise Unparsable(11770, "the body is empty")
    try:
        root = ET.fromstring(text)  # noqa: S314 - the sender is the application under test
    except (ET.ParseError, ValueError, LookupError) as error:
        raise Unparsable(12100, f"not XML: {error}") from None
    if root.tag != "Response":
        raise Unparsable(12100, f"the root element is <{root.tag}>, not <Response>")
    verbs = (_verb(element, warn) for element in root)
    return Document(tuple(verb for verb in verbs if verb), url)


def _verb(element: ET.Element, warn: Warn) -> Verb | None:
    maker = _MAKERS.get(element.tag)
    if maker is None:
        extent = "is not run by this network" if element.tag in KNOWN else "is not known"
        warn(12200, f"<{element.tag}> {extent}; going on")
        return None
    return maker(Attributes(element, warn))


def _text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _say(attrs: Attributes) -> Say:
    return Say(_text(attrs.element), attrs.whole("loop", 1))


def _play(attrs: Attributes) -> Play:
    return Play(_text(attrs.element), attrs.whole("loop", 1), attrs.text("digits") or "")


def _pause(attrs: Attributes) -> Pause:
    return Pause(attrs.seconds("length", 1.0))


def _gather(attrs: Attributes) -> Gather:
    prompts: list[Prompt] = []
    for child in attrs.element:
        verb = _verb(child, attrs.warn) if child.tag in PROMPTS else None
        if isinstance(verb, Say | Play | Pause):
            prompts.append(verb)
        else:
            attrs.warn(12200, f"<{child.tag}> may not stand in <Gather>; going on")
    inputs = (attrs.text("input") or "dtmf").split()
    return Gather(
        action=attrs.text("action"),
        method=attrs.method("method"),
        timeout=attrs.seconds("timeout", 5.0, "auto"),
        finish_on_key=attrs.given("finishOnKey", "#"),
        num_digits=attrs.whole("numDigits", 0),
        speech="speech" in inputs,
        dtmf="dtmf" in inputs,
        action_on_empty=attrs.flag("actionOnEmptyResult", default=False),
        prompts=tuple(prompts),
    )


def _dial(attrs: Attributes) -> Dial:
    numbers: list[Number] = []
    room = None
    for child in attrs.element:
        if child.tag == "Number":
            numbers.append(_number(Attributes(child, attrs.warn)))
        elif child.tag == "Conference":
            room = _room(Attributes(child, attrs.warn))
        else:
            attrs.warn(12200, f"<{child.tag}> in <Dial> is not run by this network; going on")
    bare = (attrs.element.text or "").strip()
    if bare:
        numbers.append(Number(bare))
    if len(numbers) > MAX_NUMBERS:
        attrs.warn(12200, f"<Dial> takes {MAX_NUMBERS} numbers; the others are left out")
    return Dial(
        action=attrs.text("action"),
        method=attrs.method("method"),
        timeout=attrs.seconds("timeout", 30.0, least=5, most=600, code=13212),
        time_limit=attrs.seconds("timeLimit", 14400.0, least=1, most=14400, code=13216),
        caller_id=attrs.text("callerId"),
        answer_on_bridge=attrs.flag("answerOnBridge", default=False),
        hangup_on_star=attrs.flag("hangupOnStar", default=False),
        sequential=attrs.flag("sequential", default=False),
        record=attrs.text("record") or "do-not-record",
        recording_callback=attrs.text("recordingStatusCallback"),
        recording_callback_method=attrs.method("recordingStatusCallbackMethod"),
        recording_events=attrs.words("recordingStatusCallbackEvent", "completed"),
        numbers=tuple(numbers[:MAX_NUMBERS]),
        room=room,
    )


def _number(attrs: Attributes) -> Number:
    return Number(
        number=_text(attrs.element),
        url=attrs.text("url"),
        method=attrs.method("method"),
        send_digits=attrs.text("sendDigits") or "",
        status_callback=attrs.text("statusCallback"),
        status_callback_method=attrs.method("statusCallbackMethod"),
        status_events=attrs.words("statusCallbackEvent", "completed"),
    )


def _room(attrs: Attributes) -> ConferenceRoom:
    name = (attrs.element.text or "").strip()
    if len(name) > 128:
        attrs.warn(13237, "a conference name has at most 128 characters")
    return ConferenceRoom(
        name=name[:128],
        muted=attrs.flag("muted", default=False),
        beep=attrs.choice("beep", "true", ("true", "false", "onEnter", "onExit"), 13233),
        start_on_enter=attrs.flag("startConferenceOnEnter", default=True),
        end_on_exit=attrs.flag("endConferenceOnExit", default=False),
        label=attrs.text("participantLabel"),
        wait_url=attrs.raw("waitUrl"),
        wait_method=attrs.method("waitMethod"),
        max_participants=attrs.whole("maxParticipants", 250, least=2, most=250, code=13236),
        record=attrs.text("record") in ("true", "record-from-start"),
        coach=attrs.text("coach"),
        status_callback=attrs.text("statusCallback"),
        status_callback_method=attrs.method("statusCallbackMethod"),
        status_events=attrs.words("statusCallbackEvent", ""),
        recording_callback=attrs.text("recordingStatusCallback"),
        recording_callback_method=attrs.method("recordingStatusCallbackMethod"),
        recording_events=attrs.words("recordingStatusCallbackEvent", "completed"),
    )


def _record(attrs: Attributes) -> Record:
    longest = 120.0 if attrs.flag("transcribe", default=False) else 3600.0
    return Record(
        action=attrs.text("action"),
        method=attrs.method("method"),
        timeout=attrs.seconds("timeout", 5.0, code=13612),
        finish_on_key=attrs.given("finishOnKey", "1234567890*#"),
        max_length=attrs.seconds("maxLength", longest, least=1, most=14400, code=13612),
        play_beep=attrs.flag("playBeep", default=True),
        trim=attrs.text("trim") != "do-not-trim",
        recording_callback=attrs.text("recordingStatusCallback"),
        recording_callback_method=attrs.method("recordingStatusCallbackMethod"),
        recording_events=attrs.words("recordingStatusCallbackEvent", "completed"),
    )


def _redirect(attrs: Attributes) -> Redirect:
    return Redirect(_text(attrs.element), attrs.method("method"))


def _reject(attrs: Attributes) -> Reject:
    return Reject(attrs.choice("reason", "rejected", ("rejected", "busy"), 12200))


_MAKERS: dict[str, Callable[[Attributes], Verb]] = {
    "Say": _say,
    "Play": _play,
    "Pause": _pause,
    "Gather": _gather,
    "Dial": _dial,
    "Record": _record,
    "Redirect": _redirect,
    "Reject": _reject,
    "Hangup": lambda _: Hangup(),
}
