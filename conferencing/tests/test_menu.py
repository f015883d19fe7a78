"""A caller and the menu of a line: what he does goes in, the next step comes out."""

from datetime import time

import pytest
import time_machine
from django.db import IntegrityError
from django.db.models import ProtectedError

from calls.models import Call, CallEvent, LineOption, OpeningHours
from calls.states import EventKind, LineAction, LineRoute, Weekday
from conferencing import ivr, menu
from conferencing.news import IncomingCall
from conferencing.steps import (
    AskCode,
    CodeTrouble,
    Farewell,
    Forward,
    Goodbye,
    Menu,
    Speech,
    TakeMessage,
)
from conferencing.tests.office import CALLER, WITHHELD, a_line, calls, forwards_to, office, opens
from conferencing.tests.people import invited, texted, wrong

pytestmark = pytest.mark.django_db

CODES = (("1", LineAction.FORWARD), ("2", LineAction.VOICEMAIL), ("3", LineAction.CONFERENCE))


def path(call: Call) -> str:
    return Call.objects.get(id=call.id).menu_path


def test_the_menu_greets_in_the_lines_own_voice() -> None:
    _, step = calls(office(greeting="Hello.", language="en-GB", voice="Polly.Amy"))
    assert isinstance(step, Menu)
    assert (step.preface, step.speech) == ("Hello.", Speech("en-GB", "Polly.Amy"))
    assert step.keys == (("1", LineAction.FORWARD), ("2", LineAction.VOICEMAIL))


def test_the_way_through_the_menu_is_kept() -> None:
    line = a_line(("4", LineAction.SAY, "We are in Main Street."), ("2", LineAction.VOICEMAIL))
    call, step = calls(line)
    step = menu.pressed(call.id, "4", step.misses, step.asked)
    assert (step.preface, step.asked) == ("We are in Main Street.", 1)
    assert isinstance(menu.pressed(call.id, "2", step.misses, step.asked), TakeMessage)
    assert path(call) == "42"


def test_the_same_key_delivered_twice_is_one_key() -> None:
    call, step = calls(a_line(("4", LineAction.SAY, "We are in Main Street.")))
    for _ in range(3):
        again = menu.pressed(call.id, "4", step.misses, step.asked)
    assert path(call) == "4"
    menu.pressed(call.id, "4", again.misses, again.asked)
    assert path(call) == "44"
    assert CallEvent.objects.filter(call=call, kind=EventKind.MENU).count() == 2


def test_wrong_keys_and_silence_end_at_the_default_route() -> None:
    call, step = calls(office(default_action=LineRoute.FORWARD))
    step = menu.pressed(call.id, "9", step.misses, step.asked)
    assert (step.misses, step.asked) == (1, 1)
    step = menu.missed(call.id, step.misses + 1, step.asked)
    assert step.misses == 2
    assert isinstance(menu.missed(call.id, step.misses + 1, step.asked), Forward)
    assert path(call) == ""


@pytest.mark.parametrize("digits", ["hangup", "*", "#", "12", "٣", "A"])
def test_what_no_option_has_is_a_miss(digits: str) -> None:
    call, _ = calls(office())
    assert menu.pressed(call.id, digits, 0).misses == 1


class TestEditedMeanwhile:
    def test_the_new_menu_holds_from_the_next_key_on(self) -> None:
        line = office()
        call, _ = calls(line)
        LineOption.objects.filter(line=line, digit="1").update(action=LineAction.VOICEMAIL)
        assert isinstance(menu.pressed(call.id, "1", 0), TakeMessage)

    def test_a_menu_without_options_leads_to_the_default_route(self) -> None:
        line = office()
        call, _ = calls(line)
        line.options.all().delete()
        assert isinstance(menu.missed(call.id, 1), TakeMessage)

    def test_a_number_that_was_changed_is_still_the_line_of_its_callers(self) -> None:
        line = office()
        call, _ = calls(line)
        line.number = "+12125550131"
        line.save()
        assert isinstance(menu.pressed(call.id, "2", 0), TakeMessage)

    def test_a_line_that_has_a_caller_cannot_be_deleted(self) -> None:
        line = office()
        calls(line)
        with pytest.raises(ProtectedError):
            line.delete()


class TestHours:
    @pytest.fixture(autouse=True)
    def _saturday(self) -> None:
        with time_machine.travel("2026-11-21T10:00:00+00:00", tick=False):
            yield

    def test_closed_says_so_and_goes_the_closed_way(self) -> None:
        line = office(closed_text="We are closed.")
        opens(line, Weekday.FRIDAY, time(9), time(17))
        _, step = calls(line)
        assert isinstance(step, TakeMessage)
        assert step.preface == "We are closed."

    def test_without_hours_a_line_is_always_open(self) -> None:
        _, step = calls(office(closed_text="We are closed."))
        assert isinstance(step, Menu)

    def test_a_closed_conference_line_says_so_and_asks_for_the_code(self) -> None:
        line = a_line(closed_text="Only conferences.", closed_action=LineRoute.CONFERENCE)
        opens(line, Weekday.SUNDAY, time(9), time(17))
        _, step = calls(line)
        assert isinstance(step, AskCode)
        assert step.preface == "Only conferences."

    def test_another_time_zone_is_another_day(self) -> None:
        line = office(time_zone="Pacific/Kiritimati")  # there it is Sunday already
        OpeningHours.objects.create(
            line=line, weekday=Weekday.SUNDAY, opens=time(0), closes=time(1)
        )
        _, step = calls(line)
        assert isinstance(step, Menu)


class TestOneNumberForBoth:
    def test_an_invited_caller_is_asked_for_the_code_first(self, net: object) -> None:
        line = a_line(*CODES)
        invited(texted(CALLER))
        call, step = calls(line)
        assert isinstance(step, AskCode)
        assert step.menu
        assert isinstance(menu.ask(call.id), Menu)

    def test_a_wrong_code_still_leaves_the_way_to_the_menu(self, net: object) -> None:
        line = a_line(*CODES)
        conference = invited(texted(CALLER))
        call, _ = calls(line)
        step = ivr.code_entered(call.id, wrong(conference.code), menu_instead=True)
        assert step == AskCode(call.id, CodeTrouble.WRONG, menu=True)

    @pytest.mark.parametrize("number", ["+12125550188", WITHHELD, "", "+266696687"])
    def test_anybody_else_hears_the_menu(self, net: object, number: str) -> None:
        line = a_line(*CODES)
        invited(texted(CALLER))
        _, step = calls(line, number)
        assert isinstance(step, Menu)

    def test_3_asks_for_the_code_and_silence_lets_go(self) -> None:
        call, _ = calls(a_line(*CODES))
        assert menu.pressed(call.id, "3", 0) == AskCode(call.id)
        assert ivr.code_silence(call.id, 3) == Goodbye(Farewell.NO_INPUT)


def test_the_same_call_told_twice_is_one_call() -> None:
    line = office()
    call, step = calls(line)
    assert ivr.incoming(IncomingCall(call.sid, CALLER, line.number)) == step
    assert Call.objects.count() == 1


def test_html_in_a_number_is_kept_as_text() -> None:
    call, step = calls(office(), "<script>alert(1)</script>")
    assert isinstance(step, Menu)
    assert call.from_number == "<script>alert(1)</script>"


def test_a_default_that_says_something_is_no_way_out(net: object) -> None:
    with pytest.raises(IntegrityError):
        a_line(default_action=LineAction.SAY)


def test_forwarding_without_a_phone_takes_a_message() -> None:
    line = a_line(("1", LineAction.FORWARD))
    call, _ = calls(line)
    assert isinstance(menu.pressed(call.id, "1", 0), TakeMessage)
    forwards_to(line, line.number)  # no way round the admin's check makes it ring in circles
    assert isinstance(menu.pressed(call.id, "1", 0), TakeMessage)
