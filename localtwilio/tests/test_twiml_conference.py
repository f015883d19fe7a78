"""FACTS D2: <Dial><Conference>."""

import pytest

from localtwilio.tests.support.application import Application, Request
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import LINES, Network


def into(app: Application, room: str, conference: str = "", dial: str = "", after: str = "") -> str:
    """The room's TwiML, served at /voice."""
    verbs = f"<Dial {dial}><Conference {conference}>\n  {room}\n</Conference></Dial>{after}"
    app.answers("/voice", verbs)
    return verbs


def starts(network: Network, room: str) -> None:
    until(lambda: network.conference(room)["status"] == "in-progress", f"{room} starts")


def test_a_lone_caller_waits_with_music(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """D2: a lone participant hears wait audio; the room's name is trimmed."""
    into(app, room)
    sid = alice.dials(line)
    leg = alice.is_asked_for("room").leg(sid)
    assert leg["room"] == room
    assert network.conference(room)["status"] == "init"
    assert any("music" in caption.lower() for caption in alice.captions)


def test_it_starts_with_two(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: starts when two or more are present and one has startConferenceOnEnter=true."""
    into(app, room)
    first, second = alice.dials(line), bob.dials(line)
    starts(network, room)
    assert set(network.conference(room)["participants"]) == {first, second}
    assert network.leg(first)["room"] == network.leg(second)["room"] == room


def test_it_does_not_start_without_a_starter(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset,
    carol: Handset,
) -> None:  # fmt: skip
    """D2: with startConferenceOnEnter=false for all it stays init until one enters with true.

    Who waits is muted until then.
    """
    into(app, room, "startConferenceOnEnter='false'")
    for person in (alice, bob):
        person.dials(line)
    until(lambda: len(network.conference(room)["participants"]) == 2, "two wait")
    assert network.conference(room)["status"] == "init"
    alice.speaks(1, "Is anybody there")
    into(app, room)
    carol.dials(line)
    starts(network, room)
    alice.speaks(1, "Here we are")
    bob.hears("Here we are")
    assert "Is anybody there" not in bob.captions


def test_a_room_is_account_wide(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: the same name from any number of the account is the same room."""
    into(app, room)
    network.line(LINES[1]).update(voice_url=app.url("/voice"))
    alice.dials(line)
    bob.dials(LINES[1])
    starts(network, room)
    network.line(LINES[1]).update(voice_url="")


def test_it_ends_with_the_last(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2, A5: last-participant-left; with one left it stays in progress."""
    into(app, room)
    alice.dials(line)
    bob.dials(line)
    starts(network, room)
    alice.hangs_up()
    until(lambda: alice.now()["state"] == "idle", "Alice has left")
    assert network.conference(room)["status"] == "in-progress"
    bob.hangs_up()
    until(lambda: network.conference(room)["status"] == "completed", "it ends")
    assert network.conference(room)["reason"] == "last-participant-left"


def test_it_ends_with_a_moderator(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2, A5: endConferenceOnExit ends it for all; the others' next verb runs."""
    into(app, room, "endConferenceOnExit='true'")
    alice.dials(line)
    until(lambda: network.conference(room)["participants"], "Alice is in")
    into(app, room, after="<Say>The meeting is over</Say>")
    bob.dials(line)
    starts(network, room)
    alice.hangs_up()
    bob.hears("The meeting is over")
    reason = "participant-with-end-conference-on-exit-left"
    assert network.conference(room)["reason"] == reason


def test_the_action_runs_after_leaving(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """D2, B2: DialCallStatus=answered; neither DialCallSid nor DialCallDuration is sent."""
    into(app, room, dial=f"action='{app.url('/after')}'")
    app.answers("/after", "<Say>Goodbye</Say>")
    alice.dials(line)
    network.rest.conferences(network.conference(room)["sid"]).update(status="completed")
    after = app.request("/after")
    assert after["DialCallStatus"] == "answered"
    assert "DialCallSid" not in after
    assert "DialCallDuration" not in after
    alice.hears("Goodbye")


def test_outside_again_it_shows_no_room(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """Contract: `room` is where the leg is now; the ledger keeps joined and left."""
    into(app, room, after="<Say>Outside</Say><Pause length='600'/>")
    sid = alice.dials(line)
    network.rest.conferences(network.conference(room)["sid"]).update(status="completed")
    alice.hears("Outside")
    assert alice.leg(sid)["room"] is None
    leg = network.leg(sid)
    assert leg["room"] == room
    assert leg["joined"] <= leg["left"]


def test_the_action_is_requested_after_a_hang_up(
    app: Application, line: str, network: Network, room: str, alice: Handset
) -> None:
    """B2: with CallStatus=completed."""
    into(app, room, dial=f"action='{app.url('/after')}'")
    app.answers("/after", "<Hangup/>")
    alice.dials(line)
    network.conference(room)
    alice.hangs_up()
    assert app.request("/after")["CallStatus"] == "completed"


def test_time_limit_removes_one(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: timeLimit removes you, in real seconds; the room goes on for the others."""
    into(app, room, dial="timeLimit='1'", after="<Say>Your time is up</Say>")
    sid = alice.dials(line)
    until(lambda: network.conference(room)["participants"], "Alice is in")
    into(app, room)
    bob.dials(line)
    alice.hears("Your time is up")
    leg = network.leg(sid)
    assert 0.9 <= leg["left"] - leg["joined"] <= 3
    assert network.conference(room)["status"] == "in-progress"


def test_hangup_on_star_leaves(
    app: Application, line: str, network: Network, room: str, alice: Handset
) -> None:
    """D2: hangupOnStar lets you leave with *."""
    into(app, room, dial="hangupOnStar='true'", after="<Say>You left</Say>")
    alice.dials(line)
    network.conference(room)
    alice.is_asked_for("room")
    alice.tries("press", digits="*").raise_for_status()
    alice.hears("You left")


def test_a_duplicate_label_is_refused(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2, A10: 16025: the call is not added and continues with the next verb."""
    into(app, room, "participantLabel='leg-1'", after="<Say>Not added</Say>")
    first = alice.dials(line)
    until(lambda: network.conference(room)["participants"], "Alice is in")
    second = bob.dials(line)
    bob.hears("Not added")
    assert network.conference(room)["participants"] == [first]
    assert any(w["code"] == 16025 and w["sid"] == second for w in network.warnings())


def test_a_full_room_is_refused(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset,
    carol: Handset,
) -> None:  # fmt: skip
    """D2, A10: maxParticipants; over it 16020."""
    into(app, room, "maxParticipants='2'", after="<Say>Full</Say>")
    alice.dials(line)
    bob.dials(line)
    starts(network, room)
    sid = carol.dials(line)
    carol.hears("Full")
    assert any(w["code"] == 16020 and w["sid"] == sid for w in network.warnings())


def test_wait_music_of_ones_own(
    app: Application, line: str, room: str, alice: Handset, network: Network
) -> None:
    """D2, B2: waitUrl is asked with ConferenceSid; its TwiML is heard while waiting."""
    into(app, room, f"waitUrl='{app.url('/wait')}'")
    app.answers("/wait", "<Say>Please hold the line</Say>")
    alice.dials(line)
    alice.hears("Please hold the line")
    assert app.request("/wait")["ConferenceSid"] == network.conference(room)["sid"]


def test_an_empty_wait_url_is_silence(
    app: Application, line: str, room: str, alice: Handset, network: Network
) -> None:
    """D2: waitUrl="" is silence."""
    into(app, room, "waitUrl=''")
    alice.dials(line)
    network.conference(room)
    alice.is_asked_for("room")
    assert not any("music" in caption.lower() for caption in alice.captions)


@pytest.mark.parametrize("verb", ["<Gather/>", "<Record/>", "<Dial>+13015550199</Dial>"])
def test_forbidden_verbs_while_waiting(
    app: Application, network: Network, line: str, room: str, alice: Handset, verb: str
) -> None:
    """D2, A10: 13238: wait TwiML takes Play, Say, Pause and Redirect only."""
    into(app, room, f"waitUrl='{app.url('/wait')}'")
    app.answers("/wait", verb)
    alice.dials(line)
    url = app.url("/wait")
    until(
        lambda: any(w["code"] == 13238 and w["url"] == url for w in network.warnings()),
        "13238 is logged",
    )


def test_a_beep_when_somebody_enters(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: beep is true by default."""
    into(app, room)
    alice.dials(line)
    until(lambda: network.conference(room)["participants"], "Alice is in")
    bob.dials(line)
    alice.hears("beep")


def test_no_beep_where_none_is_wanted(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: beep=false."""
    into(app, room, "beep='false'")
    alice.dials(line)
    bob.dials(line)
    starts(network, room)
    bob.hangs_up()
    until(lambda: bob.now()["state"] == "idle", "Bob has left")
    assert "beep" not in " ".join(alice.captions).lower()


def test_speech_is_heard_by_the_others(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """The room carries speech, except from who is muted."""
    into(app, room)
    alice.dials(line)
    sid = bob.dials(line)
    starts(network, room)
    bob.speaks(1, "Hello Alice")
    alice.hears("Hello Alice")
    network.rest.conferences(network.conference(room)["sid"]).participants(sid).update(muted=True)
    bob.speaks(1, "Can you hear me")
    network.rest.conferences(network.conference(room)["sid"]).participants(sid).update(muted=False)
    bob.speaks(1, "And now")
    alice.hears("And now")
    assert "Can you hear me" not in " ".join(alice.captions)


def test_the_same_phone_twice(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """Contract: dialling works while another leg of the same handset rings; each leg is its own."""

    def document(request: Request) -> str:
        return f"<Dial><Conference>{room}</Conference></Dial>"

    app.answers("/voice", document)
    ringing = network.call(alice, url=app.url("/voice"))
    alice.rings()
    dialled = alice.dials(line)
    alice.leg(dialled)
    until(lambda: network.conference(room)["participants"] == [dialled], "alone in the room")
    assert network.leg(ringing.sid)["status"] == "ringing"
    alice.answers(ringing.sid)
    starts(network, room)


def test_a_coach_without_a_pupil_fails(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """D2, A10: an unknown coach SID: the verb fails to the action URL, 13240."""
    into(app, room, f"coach='CA{'f' * 32}'", f"action='{app.url('/after')}'")
    app.answers("/after", "<Say>Nobody to coach</Say>")
    sid = alice.dials(line)
    alice.hears("Nobody to coach")
    assert any(w["code"] == 13240 and w["sid"] == sid for w in network.warnings())


def test_a_bad_attribute_is_a_warning_and_the_default(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """A10: 13230 to 13240, conference attributes: a warning, and the call goes on."""
    into(app, room, "maxParticipants='many' beep='loud'")
    sid = alice.dials(line)
    network.conference(room)
    assert len([w for w in network.warnings() if w["sid"] == sid]) == 2


def test_a_room_without_a_name_is_refused(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """A10: 13237: a conference needs a name."""
    app.answers("/voice", "<Dial><Conference> </Conference></Dial><Say>No name</Say>")
    sid = alice.dials(line)
    alice.hears("No name")
    assert any(w["code"] == 13237 and w["sid"] == sid for w in network.warnings())


def test_hold_is_heard_only_by_who_is_held(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: hold=true plays HoldUrl only to that leg, and the room is not heard meanwhile."""
    into(app, room)
    sid = alice.dials(line)
    bob.dials(line)
    starts(network, room)
    held = network.rest.conferences(network.conference(room)["sid"]).participants(sid)
    held.update(hold=True, hold_url=app.answers("/hold", "<Say>You are on hold</Say>"))
    alice.hears("You are on hold")
    bob.speaks(1, "Alice cannot hear this")
    held.update(hold=False)
    until(lambda: bob.speaks(1, "Back again") or "Back again" in alice.captions, "Alice is back")
    assert "Alice cannot hear this" not in alice.captions
    assert "You are on hold" not in bob.captions


def test_wait_music_loops_by_an_empty_redirect(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """D2: an empty <Redirect/> loops the waiting document; it stops when the room starts."""
    into(app, room, f"waitUrl='{app.url('/wait')}'")
    app.answers("/wait", "<Say>Still waiting</Say><Redirect/>")
    alice.dials(line)
    alice.hears("Still waiting", times=2)
    assert len(app.requests("/wait")) >= 2


def test_thirty_people_at_once(app: Application, network: Network, line: str, room: str) -> None:
    """One name, one conference, whoever comes first; all of them are in it, and all come out."""
    into(app, room)
    people = [network.handset() for _ in range(30)]
    sids = {person.dials(line) for person in people}
    until(lambda: set(network.conference(room)["participants"]) == sids, "everybody is in")
    assert len([c for c in network.ledger()["conferences"] if c["name"] == room]) == 1
    network.rest.conferences(network.conference(room)["sid"]).update(status="completed")
    for sid in sids:
        leg = network.ended(sid)
        assert leg["left"] is not None
