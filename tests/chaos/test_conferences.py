"""Wrong conferences and rooms, fed to the checker."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.asked import Asked
from tests.chaos.history.conferences import settling
from tests.chaos.plan import Group
from tests.chaos.story import (
    BEGAN,
    LIFE,
    Story,
)


def _is_lost(story: Story) -> None:
    story.asked.append(Asked("conf_b", Group(0.0, LIFE, ()), BEGAN))


def _is_there_twice(story: Story) -> None:
    story.asked.clear()


def _stays_open(story: Story) -> None:
    story.conference["status"] = "live"


def _everyone_left_although_alice_talks(story: Story) -> None:
    story.conference |= {"end_reason": "everyone_left", "ending_at": BEGAN + 40}


def _time_limit_before_its_time(story: Story) -> None:
    story.conference["ending_at"] = BEGAN + 50


def _time_limit_long_after_all_had_left(story: Story) -> None:
    story.alice |= {"stays": [[BEGAN + 5, BEGAN + 20]], "ended": BEGAN + 20}


def _no_show_although_they_came(story: Story) -> None:
    story.conference["end_reason"] = "no_show"


def _failed_although_they_came(story: Story) -> None:
    story.conference["end_reason"] = "failed"


def _is_known_late(story: Story) -> None:
    story.right_since["conf_a"] = BEGAN + 67 + 31


def _it_is_over_while_alice_is_on_the_phone(story: Story) -> None:
    story.conference["ended_at"] = BEGAN + 64
    story.alice["stays"][0][1] = BEGAN + 60


def _it_lasts_longer_than_was_asked_for(story: Story) -> None:
    story.conference["ends_at"] += 5


def _it_was_to_last_for_another_time(story: Story) -> None:
    story.conference["max_duration"] = LIFE + 1


def _no_show(story: Story, ending_at: float) -> None:
    story.ledger["legs"], story.legs = [story.carol], story.legs[2:]
    story.people[0] |= {"status": "missed", "talk_seconds": 0}
    story.people[1] |= {"status": "canceled", "talk_seconds": 0}
    times = {"started_at": None, "ends_at": None, "ending_at": ending_at, "ended_at": ending_at}
    story.conference |= {"end_reason": "no_show", **times}


def _nobody_is_waited_for(story: Story) -> None:
    _no_show(story, BEGAN + 590)


def _nobody_is_waited_for_too_long(story: Story) -> None:
    _no_show(story, BEGAN + 640)


def _failed_although_alice_has_the_code(story: Story) -> None:
    _no_show(story, BEGAN + 600)
    story.conference["end_reason"] = "failed"


def _everyone_left_while_carols_phone_rings(story: Story) -> None:
    story.alice |= {"stays": [[BEGAN + 5, BEGAN + 20]], "ended": BEGAN + 20}
    story.conference |= {"end_reason": "everyone_left", "ending_at": BEGAN + 31}
    story.carol["ended"] = BEGAN + 40


def _nobody_has_ended_it(story: Story) -> None:
    story.conference["end_reason"] = "ended_by_user"


def _the_room_outlives_the_conference(story: Story) -> None:
    story.conference["ended_at"] = BEGAN + 60


def _bob_is_still_in_the_room(story: Story) -> None:
    story.bob["stays"][0][1] = None


def _alice_answers_late_and_comes_in(story: Story) -> None:
    story.alice["answered"] = BEGAN + 70


@pytest.mark.parametrize(
    ("goes_wrong", "kind"),
    [
        (_is_lost, "conference lost"),
        (_is_there_twice, "conference twice"),
        (_stays_open, "conference not over"),
        (_everyone_left_although_alice_talks, "wrong end reason"),
        (_time_limit_before_its_time, "wrong end reason"),
        (_time_limit_long_after_all_had_left, "wrong end reason"),
        (_no_show_although_they_came, "wrong end reason"),
        (_failed_although_they_came, "wrong end reason"),
        (_nobody_is_waited_for, "wrong end reason"),
        (_nobody_is_waited_for_too_long, "wrong end reason"),
        (_failed_although_alice_has_the_code, "wrong end reason"),
        (_everyone_left_while_carols_phone_rings, "wrong end reason"),
        (_nobody_has_ended_it, "wrong end reason"),
        (_it_is_over_while_alice_is_on_the_phone, "over too soon"),
        (_it_lasts_longer_than_was_asked_for, "wrong deadline"),
        (_it_was_to_last_for_another_time, "wrong deadline"),
        (_is_known_late, "settled late"),
        (_the_room_outlives_the_conference, "in the room of an ended conference"),
        (_bob_is_still_in_the_room, "in the room of an ended conference"),
        (_alice_answers_late_and_comes_in, "room revived"),
    ],
)
def test_what_is_wrong_is_seen(
    story: Story, goes_wrong: Callable[[Story], None], kind: str
) -> None:
    goes_wrong(story)

    assert kind in story.kinds()


def test_an_owner_may_end_his_conference(story: Story) -> None:
    _nobody_has_ended_it(story)
    story.asked = [replace(story.asked[0], ended_by_owner=True)]

    assert story.kinds() == set()


def test_a_no_show_in_time_is_passed(story: Story) -> None:
    _no_show(story, BEGAN + 601)

    assert "wrong end reason" not in story.kinds()


def test_settling_counts_from_the_end_of_the_last_leg(story: Story) -> None:
    assert settling(story.book) == {"conf_a": 2.0}
