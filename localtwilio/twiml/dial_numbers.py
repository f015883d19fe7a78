"""Dial telephone numbers: ring, whisper, connect. After Twilio's `<Dial>` and `<Number>` pages."""

import asyncio
import re
from dataclasses import dataclass
from functools import partial

from localtwilio.clock import now, spawn
from localtwilio.config import E164
from localtwilio.exchange.calls import Call
from localtwilio.exchange.exchange import ACCOUNT_TIME_LIMIT
from localtwilio.exchange.progress import Progress
from localtwilio.exchange.recordings import Recording
from localtwilio.exchange.signals import HungUp, Key, LegChanged, Replaced, Speech
from localtwilio.exchange.source import Source
from localtwilio.twiml.scene import Scene
from localtwilio.twiml.verbs import Dial, Number


@dataclass
class Outcome:
    """How the dialling went, in the words of `DialCallStatus`."""

    status: str = "failed"
    leg: Call | None = None
    bridged: bool = False
    recording: Recording | None = None


async def dial_numbers(scene: Scene, verb: Dial) -> Source | None:
    """Together, or one after the other where `sequential`; the first to answer is connected."""
    if not verb.answer_on_bridge:
        scene.call.answer()
    scene.call.forget_signals()
    caller = _caller_id(scene, verb)
    outcome = Outcome()
    together = [[one] for one in verb.numbers] if verb.sequential else [list(verb.numbers)]
    gone: HungUp | None = None
    try:
        for group in together if caller else []:
            await _try_group(scene, verb, caller or "", group, outcome)
            if outcome.bridged:
                break
    except HungUp as hung_up:
        gone = hung_up
    scene.call.forget_signals()
    if verb.action:
        return scene.action(verb.action, verb.method, _params(scene, outcome))
    if gone:
        raise gone
    return None


def _caller_id(scene: Scene, verb: Dial) -> str | None:
    """The caller's number, or one of ours; anything else Twilio refuses (13214)."""
    call = scene.call
    default = call.from_
    wanted = verb.caller_id or default
    if wanted in scene.exchange.lines or wanted in (call.from_, call.to):
        return wanted
    scene.warn(13214, f"callerId {wanted} is neither ours nor the caller's")
    return None


async def _try_group(
    scene: Scene, verb: Dial, caller: str, group: list[Number], outcome: Outcome
) -> None:
    legs = _ring_all(scene, verb, caller, group)
    try:
        leg = await _first_answer(scene, legs)
        if leg is None:
            outcome.leg, outcome.status = _verdict(list(legs))
            return
        outcome.leg, outcome.status = leg, "no-answer"
        _cancel(legs, keep=leg)
        if legs[leg].send_digits:
            leg.hear(f"(tones {legs[leg].send_digits})")
        if await _accepted(scene, leg, legs[leg]):
            outcome.bridged, outcome.status = True, "completed"
            await _recorded_bridge(scene, verb, leg, outcome)
    except HungUp:
        if not outcome.bridged:
            outcome.status = "canceled"
            outcome.leg = outcome.leg or next(iter(legs), None)
        raise
    finally:
        _cancel(legs, keep=outcome.leg if outcome.bridged else None)


def _ring_all(scene: Scene, verb: Dial, caller: str, group: list[Number]) -> dict[Call, Number]:
    legs: dict[Call, Number] = {}
    for number in group:
        to = re.sub(r"[\s().-]", "", number.number)
        if not E164.match(to):
            scene.warn(13224, f"{number.number!r} is not a telephone number")
            continue
        progress = Progress(
            scene.optional(number.status_callback),
            number.status_callback_method,
            number.status_events,
        )
        leg = scene.exchange.fork(scene.call, caller, to, progress, verb.timeout)
        legs[leg] = number
        changed = partial(_changed, scene.call)
        leg.on_answer.append(changed)
        leg.on_end.append(changed)
    if legs:
        scene.call.hear("(ringing)")
    return legs


def _changed(parent: Call, leg: Call) -> None:
    if leg.live:
        leg.limit(ACCOUNT_TIME_LIMIT)
    parent.signal(LegChanged(leg.sid))


async def _first_answer(scene: Scene, legs: dict[Call, Number]) -> Call | None:
    while True:
        for leg in legs:
            if leg.status == "in-progress":
                return leg
        if not any(leg.live for leg in legs):
            return None
        await scene.call.listen()


def _verdict(legs: list[Call]) -> tuple[Call | None, str]:
    """Of several legs that nobody answered, the one that says most."""
    for status in ("no-answer", "busy", "failed", "canceled"):
        for leg in legs:
            if leg.status == status:
                return leg, status
    return None, "failed"


async def _accepted(scene: Scene, leg: Call, number: Number) -> bool:
    """Run the whisper; the caller hears ringing meanwhile. Its end connects the two."""
    if not number.url:
        return True
    source = Source(scene.absolute(number.url), number.method)
    whisper = spawn(scene.whisper(leg, source))
    whisper.add_done_callback(lambda _: scene.call.signal(LegChanged(leg.sid)))
    while not whisper.done():
        await scene.call.listen()
    return whisper.result() and leg.live


async def _recorded_bridge(scene: Scene, verb: Dial, leg: Call, outcome: Outcome) -> None:
    """`record` keeps the talk, in real seconds; from the ringing on counts as from the answer."""
    if verb.record == "do-not-record":
        await _bridge(scene, verb, leg)
        return
    outcome.recording = Recording(
        scene.call.account_sid,
        scene.call.sid,
        source="DialVerb",
        callback=scene.optional(verb.recording_callback),
        callback_method=verb.recording_callback_method,
        callback_events=verb.recording_events,
    )
    scene.exchange.record(outcome.recording)
    try:
        await _bridge(scene, verb, leg)
    finally:
        scene.exchange.keep(outcome.recording, now() - outcome.recording.created)


async def _bridge(scene: Scene, verb: Dial, leg: Call) -> None:
    call = scene.call
    call.answer()
    call.partner, leg.partner = leg, call
    until = asyncio.get_running_loop().time() + verb.time_limit
    try:
        while leg.live and leg.partner is call:
            signal = await call.listen(until)
            if signal is None:
                leg.end("completed", "time_limit")
            elif isinstance(signal, Key) and signal.digit == "*" and verb.hangup_on_star:
                leg.end("completed", "caller")
            elif isinstance(signal, Key | Speech) and leg.far_end:
                leg.far_end.signal(signal)
    except (HungUp, Replaced):
        if leg.partner is call:
            leg.end("completed", "caller")
        raise
    finally:
        call.partner = None
        leg.partner = None if leg.partner is call else leg.partner


def _cancel(legs: dict[Call, Number], keep: Call | None) -> None:
    for leg in legs:
        if leg is not keep:
            leg.hang_up("caller")


def _params(scene: Scene, outcome: Outcome) -> dict[str, str]:
    params = {"DialCallStatus": outcome.status}
    params["DialBridged"] = "true" if outcome.bridged else "false"
    if outcome.recording:
        params["RecordingSid"] = outcome.recording.sid
        params["RecordingUrl"] = scene.exchange.recording_url(outcome.recording)
        params["RecordingDuration"] = str(outcome.recording.seconds)
    if outcome.leg:
        params["DialCallSid"] = outcome.leg.sid
        if outcome.bridged:
            params["DialCallDuration"] = str(outcome.leg.duration or 0)
    return params
