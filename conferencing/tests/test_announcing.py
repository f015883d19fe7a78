"""What is said into a room: to whom, what came of it, and how often."""

from functools import partial

import pytest
from pytest_django import Settings
from time_machine import Traveller

from calls.models import Announcement, Conference
from calls.states import AnnouncementStatus, Command, EventKind
from calls.tests.threads import together
from conferencing import announcing, conferences, in_the_room
from conferencing.errors import NotPossibleNow, TooOften
from conferencing.models import Order, OrderKind, OrderState
from conferencing.telephony import NotThere, OutcomeUnknown, Refused, TelephonyError, TryLater
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    both_in,
    called,
    dials_in,
    enters_room,
    hangs_up,
    has_been_said,
    invited,
    is_said_to_be,
    leaves_room,
    leg_of,
    now,
    opened,
    person,
    takes_part,
    texted,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

THE_DESK = "Dora"


def says(conference: Conference, text: str = "Lunch is ready.", to: str = "") -> Announcement:
    whom = person(conference, to).id if to else None
    return announcing.announce(conference.id, text, by=THE_DESK, participant_id=whom)


def why_not(conference: Conference, to: str = "") -> str:
    with pytest.raises(NotPossibleNow) as refused:
        says(conference, to=to)
    return refused.value.code


# --- To all, to one -------------------------------------------------------------------------------


def test_to_all_asked_said_and_heard(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)

    said = says(conference)
    assert (said.status, said.asked_by) == (AnnouncementStatus.ASKED, THE_DESK)
    work()
    assert net.announced == [(said.id, "")]
    assert now(said).status == AnnouncementStatus.SAYING
    has_been_said(said)

    assert now(said).status == AnnouncementStatus.DONE
    assert now(said).said_at >= said.created_at
    told = conference.events.filter(kind__startswith="announce").order_by("id")
    assert [event.kind for event in told] == ["announced", "announcement_heard"]
    assert told[0].detail == {"text": "Lunch is ready.", "by": THE_DESK}


def test_to_one(net: PaperNetwork) -> None:
    conference = invited()
    _, bert = both_in(conference)

    said = says(conference, to=BERT)
    work()

    assert net.announced == [(said.id, bert.sid)]
    assert conference.events.get(kind=EventKind.ANNOUNCED).participant.phone_number == BERT


def test_that_it_was_heard_may_be_told_before_the_answer(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    said = says(conference)

    has_been_said(said)
    work()

    assert now(said).status == AnnouncementStatus.DONE


def test_any_words_are_said_as_they_are(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)

    said = says(conference, """Anna "the boss" O'Neil & <Hangup/> say: 🎉 Привет""")

    assert announcing.text(said.id) == """Anna "the boss" O'Neil & <Hangup/> say: 🎉 Привет"""


# --- Nobody there ---------------------------------------------------------------------------------


def test_nobody_hears_what_is_said_into_no_room(net: PaperNetwork) -> None:
    conference = opened()
    assert why_not(conference) == "nobody_there"

    work()
    dials_in(ANNA, conference)
    assert why_not(conference, to=BERT) == "not_in_room"

    conferences.end_by_request(conference.id)
    assert why_not(conference) == "conference_over"
    assert Announcement.objects.count() == 0


def test_who_has_left_meanwhile_has_not_heard_it(net: PaperNetwork) -> None:
    conference = invited()
    _, bert = both_in(conference)
    said = says(conference, to=BERT)

    hangs_up(bert)
    work()

    assert net.announced == []
    assert now(said).status == AnnouncementStatus.FAILED
    assert now(said).error_detail == "Nobody was there any more to hear it."
    assert Order.objects.get(kind=OrderKind.ANNOUNCE).state == OrderState.FAILED


def test_who_is_just_leaving_has_not_heard_it(net: PaperNetwork, stopped_clock: Traveller) -> None:
    conference = invited()
    _, bert = both_in(conference)
    net.will("announce", NotThere("Not in the room.", "16022"))
    said = says(conference, to=BERT)
    work()
    hangs_up(bert)

    stopped_clock.shift(1)
    work()

    assert net.announced == []
    assert (now(said).status, now(said).error_code) == (AnnouncementStatus.FAILED, "not_in_room")


def test_who_is_never_there_when_the_network_looks_has_not_heard_it(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited()
    both_in(conference)
    net.will("announce", *[NotThere("Not in the room.", "16022")] * 40)
    said = says(conference, to=BERT)

    for _ in range(16):
        work()
        stopped_clock.shift(1)

    assert (now(said).status, now(said).error_code) == (AnnouncementStatus.FAILED, "16022")


# --- Not there for a moment -----------------------------------------------------------------------


@pytest.mark.parametrize("to", ["", ANNA])
def test_it_waits_for_who_is_in_the_menu_and_who_is_alone_meanwhile(
    net: PaperNetwork, stopped_clock: Traveller, to: str
) -> None:
    conference = invited()
    anna, bert = both_in(conference)
    leaves_room(anna)
    said = says(conference, to=to)
    work()  # nobody has told yet that the other hears music
    is_said_to_be(bert, EventKind.HELD)
    stopped_clock.shift(3)
    work()
    assert net.announced == []

    enters_room(anna)
    is_said_to_be(bert, EventKind.RESUMED)
    stopped_clock.shift(1)
    work()

    assert net.announced == [(said.id, anna.sid if to else "")]


def test_it_waits_for_who_still_hears_music_though_the_other_is_back(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited()
    anna, bert = both_in(conference)
    leaves_room(anna)
    is_said_to_be(bert, EventKind.HELD)
    said = says(conference)
    enters_room(anna)

    work()
    assert net.announced == []

    is_said_to_be(bert, EventKind.RESUMED)
    stopped_clock.shift(1)
    work()
    assert net.announced == [(said.id, "")]


def test_it_does_not_wait_for_who_was_put_on_hold(net: PaperNetwork) -> None:
    conference = invited()
    _, bert = both_in(conference)
    in_the_room.command(person(conference, BERT).id, Command.HOLD, by=THE_DESK)
    is_said_to_be(bert, EventKind.HELD)

    said = says(conference)
    work()

    assert net.announced == [(said.id, "")]


def test_it_does_not_wait_for_the_one_if_others_hear_it(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), called(BERT), called(CARL))
    anna, *_ = [takes_part(leg_of(person(conference, each))) for each in (ANNA, BERT, CARL)]
    leaves_room(anna)

    said = says(conference)
    work()

    assert net.announced == [(said.id, "")]


def test_it_does_not_wait_for_ever(net: PaperNetwork, stopped_clock: Traveller) -> None:
    conference = invited()
    anna, _ = both_in(conference)
    leaves_room(anna)
    said = says(conference, to=ANNA)

    stopped_clock.shift(16)
    work()

    assert (now(said).status, now(said).error_code) == (AnnouncementStatus.FAILED, "not_in_room")


def test_who_is_on_hold_would_not_hear_it(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    in_the_room.command(person(conference, BERT).id, Command.HOLD, by=THE_DESK)

    assert why_not(conference, to=BERT) == "on_hold"


def test_what_was_asked_for_first_is_said_first(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited()
    both_in(conference)
    net.will("announce", TryLater("Busy.", "20429"))
    said = []
    for n in range(3):
        said.append((says(conference, f"Word {n}").id, ""))
        stopped_clock.shift(0.01)

    for _ in range(8):
        work()
        stopped_clock.shift(0.5)

    assert net.announced == said


# --- What the network makes of it -----------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [Refused("No.", "21220"), OutcomeUnknown("No answer.", "timeout")]
)
def test_what_was_not_said_or_perhaps_is_not_asked_twice(
    net: PaperNetwork, error: TelephonyError
) -> None:
    """Twice would be heard twice."""
    conference = invited()
    both_in(conference)
    net.will("announce", error)
    said = says(conference)

    work()
    work()

    assert net.announced == []
    assert (now(said).status, now(said).error_detail) == (AnnouncementStatus.FAILED, error.detail)


def test_a_busy_network_says_it_a_little_later(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    net.will("announce", TryLater("Busy.", "20429"))
    said = says(conference)
    work()
    Order.objects.filter(kind=OrderKind.ANNOUNCE).update(due_at=conference.created_at)
    work()

    assert net.announced == [(said.id, "")]


def test_what_the_network_could_not_say_shows_why(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    said = says(conference)
    work()

    has_been_said(said, error=("announcement_failed", "Not on hold, please."))

    assert (now(said).status, now(said).said_at) == (AnnouncementStatus.FAILED, None)
    failed = conference.events.get(kind=EventKind.ANNOUNCEMENT_FAILED)
    assert failed.detail["error"] == "Not on hold, please."


def test_told_twice_it_was_said_once(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    said = says(conference)
    work()

    has_been_said(said)
    has_been_said(said)
    has_been_said(said, error=("announcement_failed", "Late."))

    assert now(said).status == AnnouncementStatus.DONE
    assert conference.events.filter(kind=EventKind.ANNOUNCEMENT_HEARD).count() == 1


# --- How often ------------------------------------------------------------------------------------


def test_the_eleventh_in_a_minute_is_too_many(net: PaperNetwork, stopped_clock: Traveller) -> None:
    conference, another = invited(), invited(texted(ANNA))
    both_in(conference)
    dials_in(ANNA, another)
    for _ in range(10):
        says(conference)
        stopped_clock.shift(2)

    with pytest.raises(TooOften) as refused:
        says(conference)
    assert refused.value.retry_after == 40
    assert refused.value.detail == (
        "A conference has at most 10 announcements a minute: try again in 40 s."
    )
    says(another)

    stopped_clock.shift(40)
    says(conference)
    with pytest.raises(TooOften):
        says(conference)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_so_many_are_said(net: PaperNetwork, settings: Settings) -> None:
    settings.ANNOUNCEMENTS_PER_MINUTE = 3
    conference = invited()
    both_in(conference)
    refused: list[TooOften] = []

    def say() -> None:
        try:
            says(conference)
        except TooOften as error:
            refused.append(error)

    together(*[say] * 5)

    assert (len(refused), conference.announcements.count()) == (2, 3)


def test_the_warning_is_said_however_much_was_said_before(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited(max_duration=300)
    both_in(conference)
    stopped_clock.shift(235)
    for _ in range(10):
        says(conference)

    stopped_clock.shift(6)
    work()

    assert conference.announcements.last().text == "One minute left."
    assert len(net.announced) == 11


@pytest.mark.django_db(transaction=True)
def test_two_workers_say_it_once(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    for n in range(1, 6):
        says(conference)
        together(*[partial(work)] * 3)
        assert len(net.announced) == n
