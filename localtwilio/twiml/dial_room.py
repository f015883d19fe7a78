"""Dial into a conference. The rules are those of Twilio's `<Conference>` page."""

import asyncio

from localtwilio.clock import now, spawn
from localtwilio.exchange.conferences import Conference, Participant, Refused, Subscription
from localtwilio.exchange.recordings import Recording
from localtwilio.exchange.signals import HungUp, Key, Replaced, RoomOver, Speech
from localtwilio.exchange.source import Source
from localtwilio.twiml.scene import Scene
from localtwilio.twiml.verbs import ConferenceRoom, Dial


async def dial_room(scene: Scene, verb: Dial, room: ConferenceRoom) -> Source | None:
    """In the room until it ends, the time limit, `*`, or new TwiML."""
    scene.call.answer()
    scene.call.forget_signals()
    try:
        _check(scene, room)
        conference = _open(scene, room)
        participant = _participant(scene, conference, room)
        conference.admit(participant)
    except Refused as refusal:
        scene.exchange.debugger.error(
            refusal.code, str(refusal), scene.call.sid, scene.document.url
        )
        return _after(scene, verb, "failed")
    _start_waiting(scene, conference, participant)
    try:
        await _stay(scene, verb, conference, participant)
    except HungUp:
        if not verb.action:
            raise
    except Replaced:
        conference.leave(participant, "participant_updated_via_api")
        raise
    finally:
        conference.leave(participant, "participant_hung_up")
        scene.call.forget_signals()
    return _after(scene, verb, "answered")


def _after(scene: Scene, verb: Dial, status: str) -> Source | None:
    if not verb.action:
        return None
    return scene.action(verb.action, verb.method, {"DialCallStatus": status})


def _open(scene: Scene, room: ConferenceRoom) -> Conference:
    subscription = Subscription(
        scene.optional(room.status_callback), room.status_callback_method, room.status_events
    )
    rooms = scene.exchange.rooms
    conference = rooms.open(room.name, subscription, room.max_participants)
    if room.record and not conference.everyone:
        _record_from_start(scene, conference, room)
    return conference


def _record_from_start(scene: Scene, conference: Conference, room: ConferenceRoom) -> None:
    """Recording begins when two are connected; the first to join decides about it."""
    recording = Recording(
        scene.call.account_sid,
        None,
        conference_sid=conference.sid,
        source="Conference",
        callback=scene.optional(room.recording_callback),
        callback_method=room.recording_callback_method,
        callback_events=room.recording_events,
    )

    def begin() -> None:
        recording.created = now()
        scene.exchange.record(recording)

    def finish() -> None:
        if recording.sid in scene.exchange.recordings:
            scene.exchange.keep(recording, now() - recording.created)

    conference.on_start.append(begin)
    conference.on_over.append(finish)


def _participant(scene: Scene, conference: Conference, room: ConferenceRoom) -> Participant:
    return Participant(
        call=scene.call,
        conference=conference,
        label=room.label,
        muted=room.muted,
        start_on_enter=room.start_on_enter,
        end_on_exit=room.end_on_exit,
        coaching=bool(room.coach),
        call_sid_to_coach=room.coach,
        beep=room.beep,
        wait_url=scene.optional(room.wait_url) if room.wait_url else room.wait_url,
        wait_method=room.wait_method,
    )


def _check(scene: Scene, room: ConferenceRoom) -> None:
    if not room.name:
        raise Refused(13237, "a conference needs a name")
    conference = scene.exchange.rooms.live(room.name)
    if room.coach and (conference is None or room.coach not in conference.present):
        raise Refused(13240, f"{room.coach} cannot be coached: it is not in {room.name}")


def _start_waiting(scene: Scene, conference: Conference, participant: Participant) -> None:
    """Who waits for the conference to start hears music, or what `waitUrl` plays."""
    if conference.status != "init":
        return
    scene.call.awaits("room")
    if participant.wait_url is None:
        scene.call.hear("(music)")
    elif participant.wait_url:
        source = Source(
            participant.wait_url,
            participant.wait_method,
            params={"ConferenceSid": conference.sid},
        )
        participant.music = spawn(scene.wait_music(scene.call, source))


async def _stay(scene: Scene, verb: Dial, conference: Conference, participant: Participant) -> None:
    until = asyncio.get_running_loop().time() + verb.time_limit
    while True:
        signal = await scene.call.listen(until)
        if signal is None or isinstance(signal, RoomOver):
            return
        if isinstance(signal, Key) and signal.digit == "*" and verb.hangup_on_star:
            return
        if isinstance(signal, Speech) and signal.text and participant.heard:
            conference.say(signal.text, participant)
