"""The organiser's hand by REST: each is asked, done by the network, and then shown as done."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.journeys.client import Conference, dial_in, dial_out
from tests.journeys.house import House
from tests.journeys.network import Phone


def both_in(house: House, **more: Any) -> tuple[Conference, Phone, Phone]:
    """Alice has dialled in, Bob has been called, and they talk."""
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), max_duration=120, **more)
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")
    conference.shows(bob, "joined")
    return conference, alice, bob


def is_over(conference: Conference, *phones: Phone) -> None:
    conference.is_ended_by_its_owner()
    for phone in phones:
        phone.is_idle()


def words(told: dict[str, Any]) -> tuple[str, str]:
    error = told["errors"][0]
    return error["code"], error["detail"]


# --- One person -----------------------------------------------------------------------------------


def test_who_is_muted_is_not_heard(house: House) -> None:
    conference, alice, bob = both_in(house)

    conference.changes(bob, muted=True)
    conference.comes_to(bob, muted=True)
    bob.says(1, "Nobody hears this")
    conference.changes(bob, muted=False)
    conference.comes_to(bob, muted=False)
    bob.says(1, "This they do")

    alice.hears("This they do")
    assert "Nobody hears this" not in alice.captions()
    is_over(conference, alice, bob)


def test_who_is_on_hold_hears_music_and_is_parted_from_the_room(house: House) -> None:
    conference, alice, bob = both_in(house)
    before = alice.captions().count("(music)")

    conference.changes(alice, on_hold=True)
    assert conference.comes_to(alice, on_hold=True)["status"] == "joined"
    alice.wait(lambda: alice.captions().count("(music)") > before, "Alice hears music")
    bob.says(1, "Between you and me")
    conference.changes(alice, on_hold=False)
    conference.comes_to(alice, on_hold=False)
    bob.says(1, "Welcome back")

    alice.hears("Welcome back")
    assert "Between you and me" not in alice.captions()
    is_over(conference, alice, bob)


def test_a_participant_gets_another_name(house: House) -> None:
    conference, alice, bob = both_in(house)

    conference.changes(bob, name='Robert "Bob" O\'Neil 🎩')

    assert conference.person(bob)["name"] == 'Robert "Bob" O\'Neil 🎩'
    is_over(conference, alice, bob)
    assert conference.person(bob)["status"] == "left"


# --- One more, and once more ----------------------------------------------------------------------


def test_one_more_by_text_and_one_by_call(house: House) -> None:
    conference, alice, bob = both_in(house)
    carol, dora = house.somebody(), house.somebody()

    conference.invites(dial_in(carol))
    conference.invites(dial_out(dora))
    dora.takes_the_call(conference.id)
    carol.dials_in(conference.number, carol.reads_code(), conference.id)

    conference.shows(carol, "joined")
    conference.shows(dora, "joined")
    is_over(conference, alice, bob, carol, dora)


def test_who_was_missed_is_called_again(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    bob.behaves(on_ring="busy", after=0)
    conference = house.client.opens(dial_in(alice), dial_out(bob), max_duration=120)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(bob, "busy")
    bob.behaves(on_ring="wait", after=0)

    conference.invites_again(bob)
    bob.takes_the_call(conference.id)

    conference.shows(bob, "joined")
    assert len(house.network.legs_of(bob.number)) == 2
    assert words(conference.invites_again(bob, 409)) == (
        "under_way",
        f"{bob.number} is in the room.",
    )
    is_over(conference, alice, bob)


def test_the_text_is_sent_again_and_an_invitation_is_withdrawn(house: House) -> None:
    alice, bob, carol = house.somebody(), house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), dial_in(carol))
    code = alice.reads_code()
    conference.shows(alice, "invited")

    conference.invites_again(alice)
    alice.wait(lambda: len(alice.texts()) == 2, "the second text")
    assert alice.reads_code() == code
    bob.rings()
    conference.removes(bob)
    bob.is_idle()
    conference.shows(carol, "invited")
    conference.removes(carol)

    conference.shows(carol, "canceled")
    conference.is_ended_by_its_owner()


# --- The room -------------------------------------------------------------------------------------


def test_mute_all_leaves_the_organiser_the_word(house: House) -> None:
    alice, bob, carol = house.somebody(), house.somebody(), house.somebody()
    people = [dial_out(alice, organiser=True), dial_out(bob), dial_out(carol)]
    conference = house.client.opens(*people, max_duration=120)
    for phone in (alice, bob, carol):
        phone.takes_the_call(conference.id)
        conference.shows(phone, "joined")

    conference.is_asked_to("mute")
    for phone in (bob, carol):
        conference.comes_to(phone, muted=True)
    bob.says(1, "May I")
    alice.says(1, "Listen please")
    carol.hears("Listen please")
    assert conference.person(alice)["muted"] is False
    conference.is_asked_to("unmute")
    for phone in (bob, carol):
        conference.comes_to(phone, muted=False)
    bob.says(1, "Thank you")

    carol.hears("Thank you")
    assert "May I" not in carol.captions()
    is_over(conference, alice, bob, carol)


def test_a_locked_room_turns_people_away_with_a_reason(house: House) -> None:
    conference, alice, bob = both_in(house)
    carol, dora = house.somebody(), house.somebody()

    locked = conference.is_asked_to("lock", reason="The board meets alone.")
    assert (locked["locked"], locked["lock_reason"]) == (True, "The board meets alone.")
    carol.dials(conference.number)
    carol.hears("code")
    carol.presses(conference.code)
    carol.hears("locked")
    carol.hears("The board meets alone.")
    carol.is_idle()
    answer = house.client.http.post(
        f"/conferences/{conference.id}/participants", json=dial_out(dora)
    )
    assert (answer.status_code, words(answer.json())[0]) == (409, "locked")
    alice.hangs_up()
    conference.shows(alice, "left")
    alice.dials_in(conference.number, conference.code, conference.id)

    conference.is_asked_to("unlock")
    carol.dials_in(conference.number, conference.code, conference.id)
    assert len(conference.has_happened("turned_away")) == 1
    is_over(conference, alice, bob, carol)


def test_announced_to_all_and_to_one(house: House) -> None:
    conference, alice, bob = both_in(house)

    to_all = conference.is_asked_to("announce", text='Anna "the boss" O\'Neil <joins> & smiles')
    assert (to_all["status"], to_all["participant"]) == ("asked", None)
    for phone in (alice, bob):
        phone.hears('Anna "the boss" O\'Neil <joins> & smiles')
    conference.has_happened("announcement_heard", 1)
    bobs = conference.person(bob)["id"]
    to_one = conference.is_asked_to("announce", text="Your taxi waits.", participant=bobs)
    assert to_one["participant"] == bobs
    bob.hears("Your taxi waits.")
    conference.has_happened("announcement_heard", 2)

    assert "Your taxi waits." not in alice.captions()
    assert "joins" in alice.hears("smiles")
    is_over(conference, alice, bob)


def test_a_lone_caller_hears_an_announcement(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=120)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")

    conference.is_asked_to("announce", text="The others are late. 🚂")

    alice.hears("The others are late.")
    conference.has_happened("announcement_heard")
    is_over(conference, alice)


# --- Bad input ------------------------------------------------------------------------------------


def test_a_hundred_announcements_are_too_many(house: House) -> None:
    conference, alice, bob = both_in(house)
    url = f"/conferences/{conference.id}/announce"

    answers = [house.client.http.post(url, json={"text": f"Word {n}"}) for n in range(100)]

    assert [each.status_code for each in answers] == [202] * 10 + [429] * 90
    refused = answers[-1]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "at most 10 announcements a minute" in words(refused.json())[1]
    bob.hears("Word 9")
    said = [caption for caption in bob.captions() if caption.startswith("Word")]
    assert said == [f"Word {n}" for n in range(10)]
    assert "Word 10" not in bob.captions()
    is_over(conference, alice, bob)


def test_two_organisers_at_once(house: House) -> None:
    conference, alice, bob = both_in(house)

    def insist(muted: bool) -> None:
        for _ in range(5):
            conference.changes(bob, muted=muted)

    with ThreadPoolExecutor(2) as organisers:
        for done in [organisers.submit(insist, muted) for muted in (True, False)]:
            done.result()

    last = conference.has_happened("asked")[0]["detail"]["command"]
    conference.comes_to(bob, muted=last == "mute")
    conference.changes(bob, muted=False)
    conference.comes_to(bob, muted=False)
    bob.says(1, "Finally")
    alice.hears("Finally")
    is_over(conference, alice, bob)


def test_what_comes_too_late_is_refused_in_words(house: House) -> None:
    conference, alice, bob = both_in(house)
    bob.hangs_up()
    conference.shows(bob, "left")

    gone = ("not_in_room", f"{bob.number} is not in the room.")
    assert words(conference.changes(bob, 409, muted=True)) == gone
    assert words(conference.changes(bob, 409, on_hold=True)) == gone
    is_over(conference, alice)
    conference.ends("ended_by_user")

    for verb, body in {
        "extend": {"seconds": 60},
        "announce": {"text": "Hello"},
        "mute": {},
    }.items():
        code, detail = words(conference.is_asked_to(verb, 409, **body))
        assert (code, detail.startswith("The conference is over")) == ("conference_over", True)
    assert words(conference.invites_again(bob, 409))[0] == "conference_over"
