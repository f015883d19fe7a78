"""Wrong legs, fed to the checker."""

from collections.abc import Callable

import pytest

from tests.chaos.history import Rules
from tests.chaos.story import (
    BEGAN,
    Story,
)


def _a_leg_is_missing(story: Story) -> None:
    story.legs.pop(1)


def _an_inbound_leg_is_missing(story: Story) -> None:
    story.legs.pop(0)


def _a_leg_is_made_up(story: Story) -> None:
    story.legs.append({**story.legs[1], "sid": "CA_nobody"})


def _bob_is_in_another_room(story: Story) -> None:
    story.legs[1]["conference_id"] = "conf_b"


def _bob_is_never_closed(story: Story) -> None:
    story.legs[1]["status"] = "in_progress"


def _bob_is_closed_while_he_talks(story: Story) -> None:
    story.bob |= {"status": "in-progress", "ended": None}


def _bob_talked_for_another_second(story: Story) -> None:
    story.legs[1]["duration"] += 1


def _how_long_bob_talked_is_not_known(story: Story) -> None:
    story.legs[1]["duration"] = None


def _an_outcome_is_unknown(story: Story) -> None:
    story.legs.append({**story.legs[1], "id": "call_x", "sid": None, "status": "unknown"})


def _a_leg_waits_for_ever(story: Story) -> None:
    story.legs.append({**story.legs[1], "id": "call_x", "sid": None, "status": "queued"})


def _alice_outlives_the_deadline(story: Story) -> None:
    story.alice["ended"] = BEGAN + 65 + 16


def _alice_never_hangs_up(story: Story) -> None:
    story.alice |= {"ended": None, "status": "in-progress"}


def _alice_talks_longer_and_bob_less_by_the_sums_of_the_legs(story: Story) -> None:
    story.legs[0]["talk_seconds"] += 5
    story.legs[1]["talk_seconds"] -= 5


@pytest.mark.parametrize(
    ("goes_wrong", "kind"),
    [
        (_a_leg_is_missing, "leg not known"),
        (_an_inbound_leg_is_missing, "leg not known"),
        (_a_leg_is_made_up, "leg that never was"),
        (_bob_is_in_another_room, "wrong room"),
        (_bob_is_never_closed, "wrong leg state"),
        (_bob_is_closed_while_he_talks, "wrong leg state"),
        (_bob_talked_for_another_second, "wrong duration"),
        (_how_long_bob_talked_is_not_known, "wrong duration"),
        (_an_outcome_is_unknown, "unknown outcome"),
        (_a_leg_waits_for_ever, "leg never settled"),
        (_alice_outlives_the_deadline, "leg after the deadline"),
        (_alice_never_hangs_up, "leg after the deadline"),
        (_alice_talks_longer_and_bob_less_by_the_sums_of_the_legs, "wrong stay of a leg"),
    ],
)
def test_what_is_wrong_is_seen(
    story: Story, goes_wrong: Callable[[Story], None], kind: str
) -> None:
    goes_wrong(story)

    assert kind in story.kinds()


def test_who_waited_for_our_answers_may_go_later_by_as_much(story: Story) -> None:
    _alice_outlives_the_deadline(story)

    assert "leg after the deadline" in story.kinds(Rules(busy=True))
    story.ledger["webhooks"][0] |= {"at": BEGAN + 70, "settled": BEGAN + 72}
    assert "leg after the deadline" not in story.kinds(Rules(busy=True))


def test_a_call_that_never_reached_us_need_not_be_ours(story: Story) -> None:
    _an_inbound_leg_is_missing(story)
    story.alice |= {"stays": [], "room": None}
    story.ledger["webhooks"][0]["status"] = "failed"

    assert "leg not known" not in story.kinds()
