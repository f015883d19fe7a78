"""Codes: handed out, rested, guessed at."""

from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import Traveller

from calls.models import Call, Conference
from calls.states import ConferenceStatus, EndReason
from calls.tests.threads import together
from conferencing import codes, ending, sweeping
from conferencing.errors import NoFreeCode
from conferencing.models import Guess
from conferencing.steps import AskCode, CodeTrouble, Farewell, Goodbye, Join
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    STRANGER,
    WITHHELD,
    called,
    now,
    opened,
    rings_in,
    texted,
    types,
    wrong,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

# --- Drawing ------------------------------------------------------------------------------------


def take(number_of_codes: int, length: int = 4) -> None:
    """Conferences that hold the first so many codes."""
    moment = timezone.now()
    Conference.objects.bulk_create(
        Conference(
            code=f"{n:0{length}d}",
            dial_in_number="+12125550100",
            max_duration=300,
            no_show_at=moment + timedelta(seconds=600),
        )
        for n in range(number_of_codes)
    )


def test_two_open_conferences_cannot_have_one_code() -> None:
    first, second = opened(), opened()

    with pytest.raises(IntegrityError):
        Conference.objects.filter(id=second.id).update(code=first.code)


@pytest.mark.parametrize("length", [4, 6, 8])
def test_a_code_is_as_long_as_the_setting_says_and_keeps_its_zeros(
    settings: Settings, length: int
) -> None:
    settings.CONFERENCE_CODE_LENGTH = length

    drawn = [codes._random_code(length) for _ in range(500)]

    assert all(len(code) == length and code.isdigit() for code in drawn)
    assert any(code.startswith("0") for code in drawn)
    assert len(codes.draw()) == length


def test_a_code_with_leading_zeros_is_entered_as_it_stands() -> None:
    conference = opened()
    Conference.objects.filter(id=conference.id).update(code="0007")

    assert isinstance(types(rings_in(ANNA), "0007"), Join)
    assert types(rings_in(ANNA), "7") != types(rings_in(ANNA), "0007")


def test_every_code_is_drawn_about_as_often() -> None:
    digits = Counter("".join(codes._random_code(4) for _ in range(5000)))

    assert set(digits) == set("0123456789")
    assert min(digits.values()) > 1700  # 2,000 each; this low once in 10^12 runs


def test_the_5000th_code_is_drawn_as_easily_as_the_first(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    take(4999)

    with django_assert_max_num_queries(5):
        code = codes.draw()

    assert not Conference.objects.filter(code=code).exists()


def test_with_half_of_the_codes_taken_there_is_none() -> None:
    take(4999)
    opened()

    with pytest.raises(NoFreeCode) as none:
        opened()

    assert none.value.retry_after > 0
    assert Conference.objects.count() == 5000


def test_a_code_that_another_took_a_moment_before_is_drawn_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = opened().code
    draws = iter([taken, taken, wrong(taken)])
    monkeypatch.setattr(codes, "draw", lambda: next(draws))

    assert opened().code == wrong(taken)


def test_a_code_rests_for_half_an_hour_after_the_end(clock: Traveller, net: PaperNetwork) -> None:
    conference = opened(texted(ANNA))
    ending.end(conference.id, EndReason.ENDED_BY_USER)
    assert now(conference).status == ConferenceStatus.ENDED

    clock.shift(29 * 60)
    sweeping.end_due()
    assert now(conference).code_held

    clock.shift(2 * 60)
    sweeping.end_due()
    assert not now(conference).code_held
    Conference.objects.filter(id=opened().id).update(code=conference.code)  # nobody minds


def test_the_database_lets_no_open_conference_lose_its_code() -> None:
    with pytest.raises(IntegrityError):
        Conference.objects.filter(id=opened().id).update(code_held=False)


# --- Invited callers ----------------------------------------------------------------------------


def spend_the_budget() -> None:
    """Strangers have guessed as often as they may."""
    Guess.objects.create(call=rings_in(STRANGER), risk=0.01)


def test_an_invited_caller_enters_his_code() -> None:
    conference = opened(texted(ANNA))

    assert isinstance(types(rings_in(ANNA), conference.code), Join)


def test_a_code_that_carries_masked_digits_is_judged_by_what_was_typed() -> None:
    """The carrier hands digits over in a str that shows itself as stars."""

    class Masked(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "****"

    conference = opened(texted(ANNA))

    assert isinstance(types(rings_in(ANNA), Masked(conference.code)), Join)
    assert isinstance(types(rings_in(STRANGER), Masked(conference.code)), Join)


def test_invited_callers_never_notice_the_budget() -> None:
    conference = opened(texted(ANNA))
    spend_the_budget()
    leg = rings_in(ANNA)

    assert types(leg, wrong(conference.code)) == AskCode(leg.id, CodeTrouble.WRONG)
    assert isinstance(types(leg, conference.code), Join)


def test_an_invited_callers_misses_do_not_shut_the_door_for_him_before_ten(
    settings: Settings,
) -> None:
    settings.STRANGER_RISK_PER_DAY = 0
    conference = opened(texted(ANNA))
    for _ in range(3):
        leg = rings_in(ANNA)
        for _ in range(3):
            types(leg, wrong(conference.code))

    assert isinstance(types(rings_in(ANNA), conference.code), Join)  # the tenth try


def test_after_ten_misses_in_a_day_an_invited_caller_is_a_stranger(
    settings: Settings, clock: Traveller
) -> None:
    settings.STRANGER_RISK_PER_DAY = 0
    conference = opened(texted(ANNA))
    miss(ANNA, conference, times=10)

    assert not isinstance(types(rings_in(ANNA), conference.code), Join)

    clock.shift(24 * 3600 + 1)
    Conference.objects.filter(id=conference.id).update(
        no_show_at=timezone.now() + timedelta(seconds=600)
    )
    assert isinstance(types(rings_in(ANNA), conference.code), Join)


def miss(number: str, conference: Conference, times: int) -> None:
    for _ in range(times):
        types(rings_in(number), wrong(conference.code))


def test_after_thirty_misses_a_conference_lets_in_by_the_budget_only(settings: Settings) -> None:
    settings.STRANGER_RISK_PER_DAY = 0
    callers = [f"+121255501{n}" for n in range(30, 34)]
    conference = opened(*map(texted, callers))
    for caller in callers[:3]:
        miss(caller, conference, times=9)
    miss(callers[0], conference, times=1)
    miss(callers[1], conference, times=1)

    assert isinstance(types(rings_in(callers[3]), conference.code), Join)  # 29 so far

    miss(callers[2], conference, times=1)
    assert not isinstance(types(rings_in(callers[3]), conference.code), Join)


def test_what_cannot_be_a_code_is_no_guess_at_one(settings: Settings) -> None:
    """Else anybody who shows an invited number could lock its owner out by typing nonsense."""
    settings.STRANGER_RISK_PER_DAY = 0
    conference = opened(texted(ANNA))
    for _ in range(11):
        types(rings_in(ANNA), "12")

    assert isinstance(types(rings_in(ANNA), conference.code), Join)


def test_one_caller_of_two_conferences_enters_either() -> None:
    first, second = opened(texted(ANNA)), opened(called(ANNA))

    assert types(rings_in(ANNA), first.code).conference_id == first.id
    assert types(rings_in(ANNA), second.code).conference_id == second.id


def test_who_was_invited_hears_that_his_conference_has_ended() -> None:
    conference = opened(texted(ANNA))
    ending.end(conference.id, EndReason.ENDED_BY_USER)
    leg = rings_in(ANNA)

    assert types(leg, conference.code) == AskCode(leg.id, CodeTrouble.ENDED)


# --- Strangers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [STRANGER, WITHHELD, "", "+266696687", "client:bob"])
def test_a_stranger_who_knows_the_code_enters(number: str) -> None:
    conference = opened()

    assert isinstance(types(rings_in(number), conference.code), Join)


def test_a_number_hidden_in_words_is_nobodys_number(settings: Settings) -> None:
    """It would have the tries of an invited caller."""
    settings.STRANGER_RISK_PER_DAY = 0
    conference = opened(texted(ANNA))

    step = types(rings_in(f"sip:{ANNA}@example.com"), conference.code)

    assert step == Goodbye(Farewell.STRANGERS_REFUSED)


def test_a_strangers_wrong_guess_costs_its_chance_of_a_hit() -> None:
    conferences = [opened() for _ in range(3)]
    guessed = free_code(conferences)

    types(rings_in(STRANGER), guessed)

    assert Guess.objects.get().risk == pytest.approx(3 / 10_000)


def free_code(conferences: list[Conference]) -> str:
    taken = {conference.code for conference in conferences}
    return next(code for code in (f"{n:04d}" for n in range(10)) if code not in taken)


def test_a_strangers_right_guess_gives_back_what_it_cost() -> None:
    conference = opened()
    for _ in range(101):  # more than the budget, were it spent
        codes.judge(rings_in_quickly(), conference.code)

    assert isinstance(types(rings_in(STRANGER), conference.code), Join)
    assert not Guess.objects.filter(risk__gt=0).exists()


def rings_in_quickly() -> Call:
    return Call.objects.create(direction="inbound", from_number=STRANGER, to_number="+12125550100")


def test_the_code_of_an_ended_conference_gives_nothing_back() -> None:
    opened()
    over = opened()
    ending.end(over.id, EndReason.ENDED_BY_USER)

    types(rings_in(STRANGER), over.code)

    assert Guess.objects.get().risk > 0


def test_at_the_budget_strangers_hear_to_call_from_the_invited_number() -> None:
    conference = opened()
    spend_the_budget()

    assert types(rings_in(STRANGER), conference.code) == Goodbye(Farewell.STRANGERS_REFUSED)


def test_a_refused_guess_costs_nothing() -> None:
    conference = opened()
    spend_the_budget()
    types(rings_in(STRANGER), wrong(conference.code))

    assert Guess.objects.filter(risk__gt=0).count() == 1


def test_a_stranger_has_a_hundred_guesses_a_day_at_one_conference() -> None:
    conference = opened()
    for _ in range(100):
        verdict = codes.judge(rings_in_quickly(), wrong(conference.code))
        assert verdict.trouble is CodeTrouble.WRONG

    assert codes.judge(rings_in_quickly(), conference.code).trouble is CodeTrouble.STRANGERS_REFUSED


def test_the_budget_comes_back_after_a_day(clock: Traveller) -> None:
    conference = opened()
    spend_the_budget()

    clock.shift(24 * 3600 + 1)

    assert isinstance(types(rings_in(STRANGER), conference.code), Join)


def test_with_too_many_conferences_for_the_codes_length_strangers_are_refused() -> None:
    take(101)

    assert types(rings_in(STRANGER), "0000") == Goodbye(Farewell.STRANGERS_REFUSED)


def test_a_call_has_three_tries() -> None:
    conference = opened(texted(ANNA))
    for caller in (ANNA, STRANGER):
        leg = rings_in(caller)
        said = [types(leg, wrong(conference.code)) for _ in range(3)]

        assert said == [
            AskCode(leg.id, CodeTrouble.WRONG),
            AskCode(leg.id, CodeTrouble.WRONG),
            Goodbye(Farewell.TOO_MANY_TRIES),
        ]


def test_a_call_that_has_used_its_tries_gets_no_fourth() -> None:
    """The goodbye may be delivered twice, or somebody may play webhooks back."""
    conference = opened(texted(ANNA))
    leg = rings_in(ANNA)
    for _ in range(3):
        types(leg, wrong(conference.code))

    assert types(leg, conference.code) == Goodbye(Farewell.TOO_MANY_TRIES)


@pytest.mark.parametrize("typed", ["*", "12", "123", "123456789", "12*4", "hangup", "١٢٣٤"])
def test_what_is_no_code_is_wrong_and_costs_nothing(typed: str) -> None:
    opened(texted(ANNA))
    for caller in (ANNA, STRANGER):
        leg = rings_in(caller)
        assert types(leg, typed) == AskCode(leg.id, CodeTrouble.WRONG)

    assert not Guess.objects.filter(risk__gt=0).exists()


def test_wrong_digits_are_stored_nowhere() -> None:
    conference = opened(texted(ANNA), name="Weekly")
    digits = "98765432"
    for caller in (ANNA, STRANGER, WITHHELD):
        leg = rings_in(caller)
        for _ in range(3):
            types(leg, digits)
    types(rings_in(ANNA), conference.code)

    places = [place for place, text in every_text() if digits in text]
    assert places == []
    holding_the_code = {place for place, text in every_text() if conference.code == text}
    assert holding_the_code == {"calls_conference.code"}


def every_text() -> list[tuple[str, str]]:
    """Whatever stands in a text or JSON column of any table of ours, and where."""
    found: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for model in [*apps.get_app_config("calls").get_models(), *_conferencing()]:
            for field in model._meta.concrete_fields:
                if not isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                    continue
                table, column = model._meta.db_table, field.column
                cursor.execute(f'SELECT "{column}" FROM "{table}"')
                found += [(f"{table}.{column}", str(row[0])) for row in cursor.fetchall()]
    return found


def _conferencing() -> list[type[models.Model]]:
    return list(apps.get_app_config("conferencing").get_models())


# --- Many at once -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("left", [1, 3])
def test_strangers_at_the_brim_never_spend_more_than_the_budget(
    settings: Settings, left: int
) -> None:
    conference = opened()
    chance = 1 / 10_000
    Guess.objects.create(
        call=rings_in(STRANGER), risk=settings.STRANGER_RISK_PER_DAY - left * chance
    )
    legs = [rings_in(f"+121255501{n}") for n in range(50, 56)]

    together(*[lambda leg=leg: types(leg, wrong(conference.code)) for leg in legs])

    spent = sum(guess.risk for guess in Guess.objects.all())
    assert spent == pytest.approx(settings.STRANGER_RISK_PER_DAY)
    assert Guess.objects.filter(risk=0).count() == len(legs) - left


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_from_one_invited_number_have_ten_tries_together(settings: Settings) -> None:
    """A number can be forged: twenty calls from it must not have twenty tries."""
    settings.STRANGER_RISK_PER_DAY = 0
    conference = opened(texted(ANNA))
    for _ in range(8):
        types(rings_in(ANNA), wrong(conference.code))
    legs = [rings_in(ANNA) for _ in range(6)]

    together(*[lambda leg=leg: types(leg, wrong(conference.code)) for leg in legs])

    assert Guess.objects.filter(conference=conference).count() == 10  # tried at his own


@pytest.mark.django_db(transaction=True)
def test_conferences_opened_at_once_have_codes_of_their_own() -> None:
    opened_now: list[Conference] = []

    together(*[lambda: opened_now.append(opened(texted(BERT))) for _ in range(6)])

    assert len({conference.code for conference in opened_now}) == 6
