"""Wrong people and texts, fed to the checker."""

from collections.abc import Callable

import pytest

from tests.chaos.asked import Asked
from tests.chaos.history import Book, Rules
from tests.chaos.history.people import machines_let_in
from tests.chaos.plan import Doing, Group, Person
from tests.chaos.story import (
    ALICE,
    BEGAN,
    BOB,
    CAROL,
    LIFE,
    LINE,
    ON_TIME,
    STRANGER,
    Story,
    leg,
    person,
)


def _an_outcome_is_unknown(story: Story) -> None:
    story.legs.append({**story.legs[1], "id": "call_x", "sid": None, "status": "unknown"})


def _somebody_is_missing(story: Story) -> None:
    story.people.pop()


def _somebody_came_uninvited(story: Story) -> None:
    story.people.append(person(Person(STRANGER, "dial_in", Doing.STAYS), "left", 3))


def _bob_is_called_again(story: Story) -> None:
    story.ledger["legs"].append(leg("CA_again", BOB, status="busy", ended=9))


def _alice_is_called(story: Story) -> None:
    called = {**leg("CA_x", ALICE, status="busy", ended=9), "direction": "outbound-api"}
    story.ledger["legs"].append({**called, "to": ALICE.number, "from": LINE})


def _alice_is_texted_again(story: Story) -> None:
    story.ledger["messages"] *= 2


def _bob_is_texted(story: Story) -> None:
    story.ledger["messages"].append({"sid": "SM_bob", "to": BOB.number, "status": "sent"})


def _a_stranger_is_texted(story: Story) -> None:
    story.ledger["messages"].append({"sid": "SM_x", "to": STRANGER, "status": "sent"})


def _a_stranger_is_called(story: Story) -> None:
    story.ledger["legs"].append({**story.carol, "call_sid": "CA_x", "to": STRANGER})


def _alices_text_was_not_delivered(story: Story) -> None:
    story.ledger["messages"][0]["status"] = "undelivered"


def _alices_text_is_another(story: Story) -> None:
    story.people[0]["text_sid"] = "SM_other"


def _alices_text_was_never_sent(story: Story) -> None:
    story.ledger["messages"].clear()


def _whether_alice_was_texted_is_not_known(story: Story) -> None:
    story.people[0] |= {"text_sid": None, "text_status": "unknown"}


def _bob_came_earlier(story: Story) -> None:
    story.people[1]["joined_at"] -= 3


def _when_bob_left_is_not_known(story: Story) -> None:
    story.people[1]["left_at"] = None


def _carol_is_never_called(story: Story) -> None:
    story.ledger["legs"].remove(story.carol)
    story.legs.pop()
    story.people[2]["status"] = "canceled"


def _alice_is_never_texted_nor_comes(story: Story) -> None:
    story.ledger |= {"messages": [], "legs": [story.bob, story.carol]}
    story.legs.pop(0)
    story.people[0] |= {"status": "missed", "talk_seconds": 0}


def _carol_is_shown_as_declined(story: Story) -> None:
    story.people[2]["status"] = "declined"


def _alice_is_shown_as_in_the_room(story: Story) -> None:
    story.people[0]["status"] = "joined"


def _alice_is_shown_as_missed(story: Story) -> None:
    story.people[0]["status"] = "missed"


def _carol_is_unknown(story: Story) -> None:
    story.people[2]["status"] = "unknown"


def _bob_stayed_two_seconds_longer(story: Story) -> None:
    story.people[1]["talk_seconds"] += 2


def _alice_answers_and_stands_outside(story: Story) -> None:
    story.alice |= {"stays": [], "room": None}


@pytest.mark.parametrize(
    ("goes_wrong", "kind"),
    [
        (_somebody_is_missing, "wrong people"),
        (_somebody_came_uninvited, "wrong people"),
        (_bob_is_called_again, "called twice"),
        (_alice_is_called, "called twice"),
        (_alice_is_texted_again, "texted twice"),
        (_bob_is_texted, "texted twice"),
        (_a_stranger_is_texted, "stranger texted"),
        (_a_stranger_is_called, "stranger called"),
        (_alices_text_was_not_delivered, "wrong text"),
        (_alices_text_is_another, "wrong text"),
        (_alices_text_was_never_sent, "wrong text"),
        (_whether_alice_was_texted_is_not_known, "wrong text"),
        (_carol_is_never_called, "not invited"),
        (_alice_is_never_texted_nor_comes, "not invited"),
        (_carol_is_shown_as_declined, "wrong person state"),
        (_alice_is_shown_as_in_the_room, "wrong person state"),
        (_alice_is_shown_as_missed, "wrong person state"),
        (_carol_is_unknown, "unknown person"),
        (_bob_stayed_two_seconds_longer, "wrong stay"),
        (_bob_came_earlier, "wrong times"),
        (_when_bob_left_is_not_known, "wrong times"),
        (_alice_answers_and_stands_outside, "left out"),
    ],
)
def test_what_is_wrong_is_seen(
    story: Story, goes_wrong: Callable[[Story], None], kind: str
) -> None:
    goes_wrong(story)

    assert kind in story.kinds()


def test_an_unknown_outcome_may_be_excused(story: Story) -> None:
    _an_outcome_is_unknown(story)
    _carol_is_unknown(story)
    _whether_alice_was_texted_is_not_known(story)
    story.legs.remove(story.legs[2])

    assert story.kinds(Rules(unknown=True)) == set()


def test_an_unknown_outcome_is_not_excused_once_the_leg_is_known(story: Story) -> None:
    _carol_is_unknown(story)

    assert "unknown person" in story.kinds(Rules(unknown=True))


def test_who_waited_in_vain_is_left_out_unless_the_machine_may_be_busy(story: Story) -> None:
    _alice_answers_and_stands_outside(story)
    hook = {"sid": "CA_alice", "event": "twiml", "status": "timeout", **ON_TIME}
    story.ledger["webhooks"].append(hook)

    assert "left out" in story.kinds()
    assert "left out" not in story.kinds(Rules(busy=True))
    assert "left out" not in story.kinds(Rules(refused=True))


def test_who_has_waited_for_our_answers_had_less_time_to_come(story: Story) -> None:
    _alice_answers_and_stands_outside(story)
    story.ledger["webhooks"][0] |= {"at": BEGAN + 3, "settled": BEGAN + 17}
    story.conference["ending_at"] = BEGAN + 31

    assert "left out" in story.kinds()
    assert "left out" not in story.kinds(Rules(busy=True))
    story.ledger["webhooks"][0]["settled"] = BEGAN + 10
    assert "left out" in story.kinds(Rules(busy=True))


def test_an_exit_that_waited_to_be_told_may_be_told_late(story: Story) -> None:
    story.legs[0]["talk_seconds"] += 8
    story.people[0]["talk_seconds"] += 8

    assert {"wrong stay", "wrong stay of a leg"} <= story.kinds(Rules(busy=True))
    story.ledger["webhooks"][0] |= {"at": BEGAN + 50, "settled": BEGAN + 59}
    assert {"wrong stay", "wrong stay of a leg"} <= story.kinds()
    assert not {"wrong stay", "wrong stay of a leg"} & story.kinds(Rules(busy=True))


def test_who_was_let_in_is_left_out_even_while_things_are_broken(story: Story) -> None:
    _alice_answers_and_stands_outside(story)

    assert "left out" in story.kinds(Rules(refused=True))
    story.legs[0]["admitted_at"] = None
    assert "left out" not in story.kinds(Rules(refused=True))


def test_a_stay_may_differ_by_as_much_as_the_rules_say(story: Story) -> None:
    _bob_stayed_two_seconds_longer(story)

    assert story.kinds(Rules(stay=15.0)) == set()


def test_a_machine_in_a_room_is_seen(story: Story) -> None:
    machine = Person(BOB.number, "dial_out", Doing.MACHINE)
    asked = Asked("conf_a", Group(0.0, LIFE, (ALICE, machine, CAROL)), BEGAN)
    book = Book([asked], story.ledger, story.ours)

    assert [each.kind for each in machines_let_in(book)] == ["machine let in"]


def test_who_could_not_be_texted_is_shown_as_failed_or_missed(story: Story) -> None:
    _alice_is_never_texted_nor_comes(story)
    story.ledger["messages"] = [{"sid": "SM_alice", "to": ALICE.number, "status": "undelivered"}]
    story.people[0] |= {"text_status": "undelivered"}
    for status, wrong in [("failed", False), ("missed", False), ("invited", True)]:
        story.people[0]["status"] = status

        assert ("wrong person state" in story.kinds()) == wrong
