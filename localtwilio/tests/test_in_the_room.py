"""FACTS A5, A6, B4, D2: what an organiser does to people in a room, and what they do by keypad."""

from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from localtwilio.tests.support.application import Answer, Application, Request, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import Network

EVERYTHING = "start end join leave mute hold modify speaker announcement"


@pytest.fixture
def door(app: Application, line: str, room: str) -> str:
    """A line into the room; `*` leaves it, and the action says goodbye. /conference is told all."""
    app.answers(
        "/voice",
        f"<Dial action='{app.url('/after')}' hangupOnStar='true'>"
        f"<Conference beep='false' statusCallback='{app.url('/conference')}' "
        f"statusCallbackEvent='{EVERYTHING}'>{room}</Conference></Dial>",
    )
    app.answers("/after", "<Say>You are outside</Say><Pause length='600'/>")
    app.listens("/conference")
    return line


@pytest.fixture
def enters(network: Network, door: str, room: str) -> Callable[[Handset], str]:
    """Somebody dials, and is in the room; the SID of the leg."""

    def enter(person: Handset) -> str:
        sid = person.dials(door)
        until(lambda: sid in network.conference(room)["participants"], "is in the room")
        return sid

    return enter


def told(app: Application, event: str, **wanted: str) -> Request:
    return app.request("/conference", StatusCallbackEvent=event, **wanted)


def resource(network: Network, room: str, sid: str | None = None) -> Any:
    """The conference by REST, or one participant."""
    conference = network.rest.conferences(network.conference(room)["sid"])
    return conference.participants(sid) if sid else conference


def test_who_is_left_alone_stays_in_silence(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """D2: back to one, the room stays in progress; no music, and no second start."""
    enters(alice)
    enters(bob)
    heard = len(alice.captions)
    bob.hangs_up()
    told(app, "participant-leave")
    bob_again = enters(bob)
    told(app, "participant-join", CallSid=bob_again)
    bob.speaks(1, "I am back")
    alice.hears("I am back")
    assert alice.captions[heard:] == ["I am back"]
    assert network.conference(room)["status"] == "in-progress"
    starts = [r for r in app.requests("/conference") if "start" in r["StatusCallbackEvent"]]
    assert len(starts) == 1


def test_star_leaves_the_room_and_asks_the_action(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """D2, B2: the action is asked on the live call; the room goes on for the other."""
    sid = enters(alice)
    enters(bob)
    alice.tries("press", digits="*").raise_for_status()
    after = app.request("/after", CallSid=sid)
    assert (after["CallStatus"], after["DialCallStatus"]) == ("in-progress", "answered")
    leave = told(app, "participant-leave", CallSid=sid)
    assert leave["ParticipantCallStatus"] == "in-progress"
    alice.hears("You are outside")
    assert network.conference(room)["status"] == "in-progress"


def test_the_last_to_press_star_ends_the_room(
    app: Application, network: Network, room: str, alice: Handset, enters: Callable[[Handset], str]
) -> None:
    """D2, A5: last-participant-left; the leg itself lives on outside."""
    sid = enters(alice)
    alice.tries("press", digits="*").raise_for_status()
    end = told(app, "conference-end")
    assert end["ReasonConferenceEnded"] == "last-participant-left"
    assert end["CallSidEndingConference"] == sid
    alice.hears("You are outside")
    assert network.leg(sid)["status"] == "in-progress"


def test_who_pressed_star_comes_back_to_the_same_room(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """The ledger has each stay; while somebody is inside, the conference keeps its SID."""
    app.answers("/after", f"<Redirect>{app.url('/voice')}</Redirect>")
    sid = enters(alice)
    enters(bob)
    before = network.conference(room)["sid"]
    alice.tries("press", digits="*").raise_for_status()
    until(lambda: len(network.leg(sid)["stays"]) == 2, "Alice is in again")
    assert network.conference(room)["sid"] == before
    bob.speaks(1, "Welcome back")
    alice.hears("Welcome back")


def test_other_keys_do_not_leave(
    network: Network, alice: Handset, enters: Callable[[Handset], str]
) -> None:
    """D2: `*` only."""
    sid = enters(alice)
    alice.tries("press", digits="123#0").raise_for_status()
    alice.tries("press", digits="*").raise_for_status()
    alice.hears("You are outside")
    assert len(network.leg(sid)["stays"]) == 1


def test_who_enters_muted_is_told_as_muted(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """D2, B4: muted="true" on <Conference> shows in participant-join and in the resource."""
    app.answers(
        "/voice",
        f"<Dial><Conference muted='true' statusCallback='{app.listens('/conference')}' "
        f"statusCallbackEvent='join'>{room}</Conference></Dial>",
    )
    sid = alice.dials(line)
    assert told(app, "participant-join")["Muted"] == "true"
    assert resource(network, room, sid).fetch().muted is True


def test_hold_is_music_without_a_hold_url(
    network: Network, room: str, alice: Handset, bob: Handset, enters: Callable[[Handset], str]
) -> None:
    """A6: the default is music; only for who is on hold."""
    enters(bob)
    sid = enters(alice)
    heard = len(bob.captions)
    resource(network, room, sid).update(hold=True)
    alice.hears("music")
    assert bob.captions[heard:] == []


def test_who_is_on_hold_is_not_heard(
    network: Network, room: str, alice: Handset, bob: Handset, enters: Callable[[Handset], str]
) -> None:
    """D2: the held leg hears only the hold music, and nobody hears the held leg."""
    sid = enters(alice)
    enters(bob)
    resource(network, room, sid).update(hold=True)
    alice.speaks(1, "Nobody hears this")
    resource(network, room, sid).update(hold=False)
    alice.speaks(1, "Here I am again")
    bob.hears("Here I am again")
    assert "Nobody hears this" not in bob.captions


def test_hold_music_ends_with_the_hold(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """A HoldUrl that loops is played by one hold only, however often the leg is held."""
    sid = enters(alice)
    enters(bob)
    first = app.answers("/first", "<Say>First wait</Say><Redirect/>")
    second = app.answers("/second", "<Say>Second wait</Say><Redirect/>")
    resource(network, room, sid).update(hold=True, hold_url=first)
    alice.hears("First wait")
    resource(network, room, sid).update(hold=False)
    heard = len(alice.captions)
    resource(network, room, sid).update(hold=True, hold_url=second)
    alice.hears("Second wait", times=2)
    assert "First wait" not in alice.captions[heard:]


def test_hold_music_stays_in_the_room(
    app: Application, network: Network, room: str, alice: Handset, enters: Callable[[Handset], str]
) -> None:
    """Who leaves while on hold hears what their TwiML says, and no hold music any more."""
    sid = enters(alice)
    wait = app.answers("/wait", "<Say>Hold on</Say><Redirect/>")
    resource(network, room, sid).update(hold=True, hold_url=wait)
    alice.hears("Hold on")
    alice.tries("press", digits="*").raise_for_status()
    alice.hears("You are outside")
    asked = len(app.requests("/wait"))
    app.answers("/onward", "<Say>Once</Say><Pause length='60'/><Say>Twice</Say>")
    network.rest.calls(sid).update(url=app.url("/onward"))
    alice.hears("Twice")
    assert len(app.requests("/wait")) == asked


def test_an_announcement_to_one_is_told_with_the_participant(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """B4: announcement-end with AnnounceUrl, and the participant's fields while they are there."""
    sid = enters(alice)
    enters(bob)
    url = app.answers("/announce", "<Say>For your ears only</Say>")
    resource(network, room, sid).update(announce_url=url)
    end = told(app, "announcement-end")
    assert (end["AnnounceUrl"], end["CallSid"]) == (url, sid)
    alice.hears("For your ears only")
    assert "For your ears only" not in bob.captions


def test_an_announcement_to_all_is_not_heard_on_hold(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """A5, D2: who is on hold hears the hold music only; the event names no participant."""
    sid = enters(alice)
    enters(bob)
    resource(network, room, sid).update(hold=True)
    resource(network, room).update(announce_url=app.answers("/all", "<Say>One minute left</Say>"))
    bob.hears("One minute left")
    assert "CallSid" not in told(app, "announcement-end")
    assert "One minute left" not in alice.captions


def test_a_lone_caller_hears_an_announcement(
    app: Application, network: Network, room: str, alice: Handset, enters: Callable[[Handset], str]
) -> None:
    """The conference of one is `init`, and its announcement is heard all the same."""
    enters(alice)
    resource(network, room).update(announce_url=app.answers("/all", "<Say>Still nobody</Say>"))
    alice.hears("Still nobody")
    assert told(app, "announcement-end")["AnnounceUrl"] == app.url("/all")


def test_an_announcement_to_somebody_on_hold_is_refused(
    app: Application, network: Network, room: str, alice: Handset, enters: Callable[[Handset], str]
) -> None:
    """A10: 16027; nothing is played, and nothing else of the request happens."""
    sid = enters(alice)
    one = resource(network, room, sid)
    one.update(hold=True)
    with pytest.raises(TwilioRestException) as refused:
        one.update(announce_url=app.answers("/announce", "<Say>No</Say>"), muted=True)
    assert refused.value.code == 16027
    assert one.fetch().muted is False
    assert app.requests("/announce") == []


def test_an_announcement_to_somebody_who_has_left_is_refused(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """A10: 16028."""
    sid = enters(alice)
    enters(bob)
    alice.hangs_up()
    told(app, "participant-leave", CallSid=sid)
    with pytest.raises(TwilioRestException) as refused:
        resource(network, room, sid).update(announce_url=app.answers("/a", "<Say>No</Say>"))
    assert (refused.value.status, refused.value.code) == (404, 16028)


def test_an_announcement_to_a_room_that_is_over_is_refused(
    app: Application, network: Network, room: str, alice: Handset, enters: Callable[[Handset], str]
) -> None:
    """A3: nobody is there to hear it."""
    enters(alice)
    conference = resource(network, room)
    conference.update(status="completed")
    with pytest.raises(TwilioRestException) as refused:
        conference.update(announce_url=app.answers("/all", "<Say>No</Say>"))
    assert refused.value.status == 404


def test_a_broken_announcement_does_not_fall_back(
    app: Application, network: Network, room: str, line: str, alice: Handset,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """The voice fallback URL belongs to a leg's own TwiML; a broken announcement is in the log."""
    network.line(line).update(voice_fallback_url=app.answers("/fallback", "<Say>Oh dear</Say>"))
    enters(alice)
    url = app.answers("/all", Answer("broken", 500, "text/plain"))
    resource(network, room).update(announce_url=url)
    until(lambda: any(w["url"] == url for w in network.warnings()), "the failure is logged")
    assert app.requests("/fallback") == []


@pytest.mark.parametrize("by", ["url", "twiml"])
def test_new_twiml_takes_a_leg_out(
    app: Application, network: Network, room: str, alice: Handset, bob: Handset, by: str,
    enters: Callable[[Handset], str],
) -> None:  # fmt: skip
    """D2: participant_updated_via_api; no action is asked, and the room goes on for the other."""
    sid = enters(alice)
    enters(bob)
    goodbye = "<Say>Out you go</Say><Pause length='600'/>"
    new = {"url": app.answers("/out", goodbye)} if by == "url" else {"twiml": twiml(goodbye)}
    network.rest.calls(sid).update(**new)
    alice.hears("Out you go")
    leave = told(app, "participant-leave", CallSid=sid)
    assert leave["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert network.conference(room)["status"] == "in-progress"
    assert app.requests("/after") == []
