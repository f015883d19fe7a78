"""FACTS A5, A6: conferences and participants by REST."""

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, LINES, Network

MISSING = "CF" + "f" * 32


@pytest.fixture
def door(app: Application, line: str, room: str) -> str:
    """A line that leads into the room, and on to goodbye."""
    app.answers(
        "/voice", f"<Dial><Conference>{room}</Conference></Dial><Say>You left the room</Say>"
    )
    return line


@pytest.fixture
def meeting(network: Network, door: str, room: str, alice: Handset, bob: Handset) -> str:
    """Alice and Bob in the room; its SID."""
    for person in (alice, bob):
        person.dials(door)
    until(lambda: network.conference(room)["status"] == "in-progress", "the conference starts")
    return str(network.conference(room)["sid"])


def people(network: Network, sid: str) -> set[str]:
    return {one.call_sid for one in network.rest.conferences(sid).participants.list()}


def test_one_alone_is_init_and_two_are_in_progress(
    network: Network, door: str, room: str, alice: Handset, bob: Handset
) -> None:
    """A5, D2: init before two are present, then in-progress; found by name and status."""
    alice.dials(door)
    network.conference(room)
    assert network.rest.conferences.list(friendly_name=room, status="init")
    assert network.rest.conferences.list(friendly_name=room, status="in-progress") == []
    bob.dials(door)
    until(
        lambda: network.rest.conferences.list(friendly_name=room, status="in-progress"),
        "the conference is in progress",
    )


def test_a_conference_resource(network: Network, meeting: str, room: str) -> None:
    """A5: friendly_name, reason_conference_ended null while alive."""
    conference = network.rest.conferences(meeting).fetch()
    assert (conference.friendly_name, conference.account_sid) == (room, ACCOUNT)
    assert conference.reason_conference_ended is None
    assert conference.call_sid_ending_conference is None


def test_there_is_no_create(network: Network) -> None:
    """A5: there is no create: a conference appears when the first participant joins."""
    answer = network.http.post("/Conferences.json", data={"FriendlyName": "x"})
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_ending_by_rest_lets_everybodys_twiml_go_on(
    network: Network, meeting: str, alice: Handset, bob: Handset
) -> None:
    """A5: Status=completed: every participant's <Dial> finishes and their TwiML continues."""
    ended = network.rest.conferences(meeting).update(status="completed")
    assert ended.status == "completed"
    assert ended.reason_conference_ended == "conference-ended-via-api"
    alice.hears("You left the room")
    bob.hears("You left the room")
    assert people(network, meeting) == set()


def test_a_name_gets_a_new_sid_in_its_next_life(
    network: Network, meeting: str, door: str, room: str, carol: Handset
) -> None:
    """A5: a new conference with the same name gets a new CF SID once the old one completed."""
    network.rest.conferences(meeting).update(status="completed")
    carol.dials(door)
    until(lambda: network.conference(room)["sid"] != meeting, "the room is born again")
    old, new = network.rest.conferences(meeting).fetch(), network.conference(room)
    assert (old.status, new["status"]) == ("completed", "init")


def test_an_unknown_conference_is_404(network: Network) -> None:
    """A3: 404 with 20404."""
    with pytest.raises(TwilioRestException) as refused:
        network.rest.conferences(MISSING).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_a_completed_conference_stays_readable(network: Network, meeting: str) -> None:
    """A5: completing twice changes nothing and is no 5xx."""
    network.rest.conferences(meeting).update(status="completed")
    again = network.http.post(f"/Conferences/{meeting}.json", data={"Status": "completed"})
    assert again.status_code < 500
    assert network.rest.conferences(meeting).fetch().status == "completed"


def test_an_announcement_is_heard_by_all(
    network: Network, app: Application, meeting: str, alice: Handset, bob: Handset
) -> None:
    """A5: AnnounceUrl plays to everybody."""
    url = app.answers("/announce", "<Say>Two minutes left</Say>")
    network.rest.conferences(meeting).update(announce_url=url)
    alice.hears("Two minutes left")
    bob.hears("Two minutes left")


def test_the_list_holds_only_live_participants(
    network: Network, meeting: str, alice: Handset, bob: Handset
) -> None:
    """A6: no history."""
    assert len(people(network, meeting)) == 2
    alice.hangs_up()
    until(lambda: len(people(network, meeting)) == 1, "only Bob is left")


def test_a_participant_resource(network: Network, meeting: str, alice: Handset) -> None:
    """A6: keyed by its call SID; booleans are booleans; status connected."""
    sid = alice.now()["legs"][0]["call_sid"]
    one = network.rest.conferences(meeting).participants(sid).fetch()
    assert (one.call_sid, one.conference_sid, one.status) == (sid, meeting, "connected")
    assert (one.muted, one.hold, one.coaching) == (False, False, False)
    assert (one.start_conference_on_enter, one.end_conference_on_exit) == (True, False)


def test_a_participant_is_found_by_label(
    network: Network, app: Application, line: str, room: str, alice: Handset
) -> None:
    """A6: the key is the call SID or the label."""
    app.answers("/voice", f"<Dial><Conference participantLabel='leg-7'>{room}</Conference></Dial>")
    sid = alice.dials(line)
    conference = network.conference(room)["sid"]
    one = network.rest.conferences(conference).participants("leg-7").fetch()
    assert (one.call_sid, one.label) == (sid, "leg-7")


def test_deleting_a_participant_kicks_it(network: Network, meeting: str, alice: Handset) -> None:
    """A6: kick = DELETE participant: 204, out of the room, and the room goes on for the other."""
    sid = alice.now()["legs"][0]["call_sid"]
    assert network.rest.conferences(meeting).participants(sid).delete()
    assert sid not in people(network, meeting)
    network.ended(sid)
    assert network.rest.conferences(meeting).fetch().status == "in-progress"


def test_participants_are_muted_and_held(network: Network, meeting: str, alice: Handset) -> None:
    """A6: Muted and Hold; the list filters by them."""
    sid = alice.now()["legs"][0]["call_sid"]
    participants = network.rest.conferences(meeting).participants
    assert participants(sid).update(muted=True).muted is True
    assert [one.call_sid for one in participants.list(muted=True)] == [sid]
    assert participants(sid).update(hold=True).hold is True
    assert participants(sid).update(muted=False, hold=False).hold is False
    assert participants.list(muted=True) == []


def test_any_other_word_for_muted_is_false(network: Network, meeting: str, alice: Handset) -> None:
    """A6: `Muted`: any value other than true/false is treated as false."""
    sid = alice.now()["legs"][0]["call_sid"]
    path = f"/Conferences/{meeting}/Participants/{sid}.json"
    network.http.post(path, data={"Muted": "true"}).raise_for_status()
    assert network.http.post(path, data={"Muted": "yes"}).json()["muted"] is False


def test_a_participant_has_no_status_to_update(
    network: Network, meeting: str, alice: Handset
) -> None:
    """A6: there is no `Status` among the update parameters: it is ignored, nobody is kicked."""
    sid = alice.now()["legs"][0]["call_sid"]
    path = f"/Conferences/{meeting}/Participants/{sid}.json"
    assert network.http.post(path, data={"Status": "completed"}).status_code == 200
    assert sid in people(network, meeting)


def test_an_announcement_to_one(
    network: Network, app: Application, meeting: str, alice: Handset, bob: Handset
) -> None:
    """A6: a participant's AnnounceUrl is heard by that participant only."""
    sid = alice.now()["legs"][0]["call_sid"]
    url = app.answers("/announce", "<Say>A word for you</Say>")
    network.rest.conferences(meeting).participants(sid).update(announce_url=url)
    alice.hears("A word for you")
    assert "A word for you" not in bob.captions


def test_names_are_not_keys_of_conferences(network: Network, meeting: str, room: str) -> None:
    """H, stand-in 3: fetch and list take a CF SID only: a name there is 404."""
    assert network.http.get(f"/Conferences/{room}.json").status_code == 404
    assert network.http.get(f"/Conferences/{room}/Participants.json").status_code == 404


def test_somebody_who_is_not_in_the_room_is_404(network: Network, meeting: str) -> None:
    """A3: an unknown participant is 404."""
    answer = network.http.get(f"/Conferences/{meeting}/Participants/{'CA' + 'f' * 32}.json")
    assert answer.status_code == 404


def test_hanging_up_by_the_calls_resource_leaves_the_room(
    network: Network, meeting: str, alice: Handset
) -> None:
    """A6: or Calls update Status=completed."""
    sid = alice.now()["legs"][0]["call_sid"]
    network.rest.calls(sid).update(status="completed")
    until(lambda: sid not in people(network, meeting), "Alice is out")


def test_lists_filter_by_date(network: Network, meeting: str, room: str) -> None:
    """A1, A5: date filters take YYYY-MM-DD; the inequality is part of the name."""
    today = datetime.now(UTC).date()
    listed = network.rest.conferences.list
    assert [one.sid for one in listed(friendly_name=room, date_created=today)] == [meeting]
    assert listed(friendly_name=room, date_created_after=today + timedelta(days=2)) == []
    assert listed(friendly_name=room, date_created_before=today - timedelta(days=2)) == []


def test_participants_are_not_created_here(network: Network, meeting: str) -> None:
    """The local network has no creation of participants: it says so, and is no 5xx."""
    form = {"From": LINES[0], "To": "+13015550199"}
    answer = network.http.post(f"/Conferences/{meeting}/Participants.json", data=form)
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)
