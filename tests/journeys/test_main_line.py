"""The company's line: a menu, a person, a message."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.client import dial_in
from tests.journeys.conftest import Houses
from tests.journeys.house import FORWARD, LINE, MAIN_LINE, House
from tests.journeys.network import Phone
from tests.journeys.shell import Shell, open_shell
from tests.journeys.waiting import PATIENCE, eventually

Json = dict[str, Any]

HOME = "+12125550113"


@pytest.fixture
def office(house: House) -> Iterator[Phone]:
    """The phone that the main line forwards to, idle before and after."""
    phone = house.network.phone(FORWARD)
    phone.behaves(on_ring="wait")
    yield phone
    phone.behaves(on_ring="wait")


@pytest.fixture(scope="module")
def edit(house: House) -> Iterator[Shell]:
    """As the chief does in the admin; `line` is the main line."""
    line = f"from calls.models import Line; line = Line.objects.get(number='{MAIN_LINE}')"
    with open_shell(house) as run:
        yield lambda what: run(f"{line}\n{what}\nline.save()")


@pytest.fixture
def both_phones(house: House, edit: Shell, office: Phone) -> Iterator[Phone]:
    """The main line rings the office, then this phone at home."""
    home = house.network.phone(HOME)
    home.behaves(on_ring="wait")
    edit(f"line.targets.create(number='{HOME}', position=2)")
    yield home
    edit(f"line.targets.filter(number='{HOME}').delete(); line.ring_together = False")


def call_of(house: House, phone: Phone, outcome: str, patience: float = PATIENCE) -> Json:
    """The newest call of that number, once it is over that way."""

    def look() -> Json | None:
        answer = house.staff.http.get("/calls", params={"number": phone.number})
        assert answer.status_code == 200, answer.text
        calls = answer.json()["results"]
        return calls[0] if calls and calls[0]["outcome"] == outcome else None

    found: Json = eventually(look, f"{phone.number}'s call is {outcome}", patience, 0.15)
    return found


def kept(house: House, message_id: str) -> bytes:
    """The audio of a message, once it is ours."""

    def look() -> bytes | None:
        answer = house.staff.http.get(f"/voicemails/{message_id}/audio")
        return answer.content if answer.status_code == 200 else None

    audio: bytes = eventually(look, f"the audio of {message_id} is kept")
    return audio


class TestMenu:
    def test_silence_and_wrong_keys_end_at_the_default_route(self, house: House) -> None:
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("9")
        caller.hears("did not understand")

        caller.hears("after the beep", patience=40)
        caller.hangs_up()

        call_of(house, caller, "abandoned")

    def test_a_caller_hears_what_the_dry_run_says(self, house: House) -> None:
        foretold = house.manage("dry_run", MAIN_LINE, "--press", "2")
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        menu = caller.hears("to talk to a person")
        caller.presses("2")
        message = caller.hears("after the beep")
        caller.hangs_up()
        assert menu in foretold
        assert message in foretold

    def test_what_is_closed_says_so(self, house: House, edit: Shell) -> None:
        now = "from django.utils import timezone; day = timezone.now().weekday()"
        edit(
            f"{now}\nline.closed_text = 'We are closed.'\n"
            "line.opening_hours.create(weekday=(day + 3) % 7, opens='09:00', closes='17:00')",
        )
        try:
            caller = house.somebody()
            caller.dials(MAIN_LINE)
            caller.hears("We are closed. Please leave a message")
            caller.hangs_up()
        finally:
            edit("line.opening_hours.all().delete()")

    def test_a_key_that_only_says_something_comes_back(self, house: House, edit: Shell) -> None:
        edit("line.options.create(digit='4', action='say', text='We are in Main Street.')")
        try:
            caller = house.somebody()
            caller.dials(MAIN_LINE)
            caller.presses("4")
            caller.hears("We are in Main Street. To talk to a person, press 1.")
            caller.presses("2")
            caller.hears("after the beep")
            caller.hangs_up()
        finally:
            edit("line.options.filter(digit='4').delete()")
        assert call_of(house, caller, "abandoned")["menu_path"] == "42"

    def test_conference_callers_are_not_bothered_with_the_menu(self, house: House) -> None:
        alice = house.somebody()
        conference = house.client.opens(dial_in(alice), max_duration=30)
        alice.dials_in(conference.number, conference.code, conference.id)
        alice.hangs_up()
        conference.ends("everyone_left")


class TestForward:
    def test_1_reaches_a_person(self, house: House, office: Phone) -> None:
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.hears("to talk to a person, press 1")
        caller.presses("1")

        office.answers()
        office.hears("press 1")
        office.presses("1")
        caller.is_connected()
        caller.hangs_up()

        office.is_idle()
        call = call_of(house, caller, "forwarded")
        assert call["menu_path"] == "1"
        assert call["line"] == MAIN_LINE
        leg = call_of(house, office, "forwarded")
        assert (leg["direction"], leg["from_number"], leg["line"]) == (
            "outbound",
            MAIN_LINE,
            MAIN_LINE,
        )
        assert leg["duration"] is not None

    def test_the_one_who_picked_up_hangs_up(self, house: House, office: Phone) -> None:
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("1")
        office.answers()
        office.presses("1")
        caller.is_connected()
        office.hangs_up()
        caller.hears("thank you for calling")
        call_of(house, caller, "forwarded")

    @pytest.mark.parametrize("first", ["busy", "fail", "machine"])
    def test_nobody_at_the_first_phone_then_the_next_one_rings(
        self, house: House, office: Phone, both_phones: Phone, first: str
    ) -> None:
        office.behaves(on_ring=first, after=0)
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("1")

        both_phones.answers()
        both_phones.presses("1")
        caller.is_connected()
        caller.hangs_up()

        call_of(house, caller, "forwarded")
        assert call_of(house, both_phones, "forwarded")
        call_of(house, office, "failed" if first == "fail" else "unreached")

    def test_all_at_once_and_the_first_has_it(
        self, house: House, edit: Shell, office: Phone, both_phones: Phone
    ) -> None:
        edit("line.ring_together = True")
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("1")

        office.rings()
        both_phones.answers()
        both_phones.presses("1")
        caller.is_connected()
        office.is_idle()
        caller.hangs_up()

        call_of(house, both_phones, "forwarded")
        call_of(house, office, "unreached")

    def test_declined_then_a_message(self, house: House, office: Phone) -> None:
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("1")
        office.rejects()

        caller.hears("nobody can take your call")
        caller.hears("after the beep")
        caller.hangs_up()

        call_of(house, caller, "missed")

    def test_a_mailbox_never_takes_a_forwarded_call(self, house: House, office: Phone) -> None:
        office.behaves(on_ring="machine", after=0)
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("1")

        caller.hears("after the beep", patience=40)
        caller.hangs_up()

        call_of(house, caller, "missed")

    def test_without_the_key_whoever_picks_up_has_it(
        self, house: House, edit: Shell, office: Phone
    ) -> None:
        edit("line.confirm_forward = False; line.show_caller = True")
        try:
            caller = house.somebody()
            caller.dials(MAIN_LINE)
            caller.presses("1")
            assert office.rings()["with"] == caller.number
            office.answers()
            caller.is_connected()
            caller.hangs_up()
            call_of(house, caller, "forwarded")
        finally:
            edit("line.confirm_forward = True; line.show_caller = False")

    def test_a_caller_who_hangs_up_stops_the_ringing(self, house: House, office: Phone) -> None:
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("1")
        office.rings()
        caller.hangs_up()

        office.is_idle()
        call_of(house, caller, "missed")
        assert call_of(house, office, "unreached")["status"] == "canceled"


class TestVoicemail:
    def leaves(self, house: House, seconds: float = 4) -> Phone:
        """By himself: hurried, he has a quarter of a second for each, and a machine may be busy."""
        caller = house.somebody()
        caller.behaves(press="2", speak=seconds)
        caller.dials(MAIN_LINE)
        caller.hears("after the beep")
        return caller

    def speaks_on(self, house: House) -> Phone:
        """Has said ten seconds, hurried, and would say more."""
        caller = self.leaves(house, seconds=150)
        caller.hears("(beep)")
        began = time.monotonic()
        eventually(lambda: time.monotonic() - began > 0.5, "ten seconds are spoken")
        return caller

    def test_2_takes_a_message_that_is_served_by_us(self, house: House) -> None:
        caller = self.leaves(house)
        caller.hears("thank you for your message")

        call = call_of(house, caller, "voicemail")
        assert call["menu_path"] == "2"
        audio = kept(house, call["voicemail"])
        assert audio.startswith(b"RIFF")
        part = house.staff.http.get(
            f"/voicemails/{call['voicemail']}/audio", headers={"Range": "bytes=4-7"}
        )
        assert (part.status_code, part.content) == (206, audio[4:8])
        assert part.headers["x-content-type-options"] == "nosniff"

    def test_heard_and_new_again(self, house: House) -> None:
        caller = self.leaves(house)
        caller.hears("thank you for your message")
        message = call_of(house, caller, "voicemail")["voicemail"]
        kept(house, message)
        for heard in (True, False):
            answer = house.staff.http.patch(f"/voicemails/{message}", json={"heard": heard})
            assert answer.json()["heard"] is heard, answer.text

    def test_hash_ends_it(self, house: House) -> None:
        caller = self.speaks_on(house)
        caller.move("press", {"digits": "#"})
        caller.hears("thank you for your message")
        call_of(house, caller, "voicemail")

    def test_hanging_up_ends_it(self, house: House) -> None:
        caller = self.speaks_on(house)
        caller.hangs_up()
        call_of(house, caller, "voicemail")

    @pytest.fixture
    def _unhurried(self, house: House) -> Iterator[None]:
        """So that the silence after the beep is longer than a busy machine needs for a look."""
        house.network.hurries(3)
        yield
        house.network.hurries(20)

    @pytest.mark.usefixtures("_unhurried")
    def test_who_hangs_up_at_the_beep_left_none(self, house: House) -> None:
        caller = house.somebody()
        caller.dials(MAIN_LINE)
        caller.presses("2")
        caller.hears("(beep)")
        caller.hangs_up()
        call = call_of(house, caller, "abandoned")
        listed = house.staff.http.get("/voicemails").json()["results"]
        assert call["voicemail"] not in [each["id"] for each in listed]

    @pytest.mark.parametrize(
        "trouble",
        [{"duplicate": 1.0}, {"shuffle": True, "delay": 1}, {"drop": 1.0}],
        ids=["twice", "late", "never"],
    )
    def test_whenever_the_callbacks_come_there_is_one_message(
        self, house: House, trouble: Json
    ) -> None:
        calm = {"drop": 0, "duplicate": 0, "delay": 0, "shuffle": False}
        house.network.http.post("/faults", json={"callbacks": calm | trouble}).raise_for_status()
        try:
            caller = self.leaves(house)
            caller.hears("thank you for your message")
            call = call_of(house, caller, "voicemail", patience=60)
            assert kept(house, call["voicemail"]).startswith(b"RIFF")
        finally:
            house.network.http.post("/faults", json={"callbacks": calm}).raise_for_status()


@pytest.fixture(scope="module")
def one_number(houses: Houses) -> Iterator[House]:
    with houses(MAIN_LINE_PHONE=LINE) as house:
        yield house


class TestOneNumberForBoth:
    def test_a_stranger_hears_the_menu_with_3_for_conferences(self, one_number: House) -> None:
        caller = one_number.somebody()
        caller.dials(LINE)
        caller.hears("To enter a conference code, press 3.")
        caller.presses("3")
        caller.hears("conference code")
        caller.hangs_up()

    def test_an_invited_caller_is_asked_for_the_code_first(self, one_number: House) -> None:
        alice = one_number.somebody()
        conference = one_number.client.opens(dial_in(alice), max_duration=30)
        alice.dials(LINE)
        alice.hears("For the menu, press star.")
        alice.presses("*")
        alice.hears("To talk to a person, press 1.")
        alice.presses("3")
        alice.hears("conference code")
        alice.presses(conference.code)
        alice.is_in(conference.id)
        alice.hangs_up()
        conference.ends("everyone_left")


def test_silence_after_the_beep_is_no_message(house: House) -> None:
    caller = house.somebody()
    caller.dials(MAIN_LINE)
    caller.presses("2")
    caller.hears("after the beep")
    caller.is_idle()

    assert call_of(house, caller, "abandoned")["voicemail"] is None
