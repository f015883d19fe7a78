"""The checker itself: it passes what is right, and changes nothing. What is wrong is beside."""

from copy import deepcopy

from tests.chaos.history import violations
from tests.chaos.story import Story
from tests.chaos.watch import State, Watch


def test_what_is_right_is_passed(story: Story) -> None:
    assert story.kinds() == set()


def test_a_conference_is_right_since_it_is_as_in_the_end() -> None:
    watch = Watch("")
    busy, over = ("conf_a", "live"), ("conf_a", "ended")
    for at, words, talk in [(1, over, 30), (2, busy, 0), (3, over, 59), (4, over, 60)]:
        watch.seen["conf_a"].append((at, State((words,), (talk,))))

    assert watch.right_since(slack=1.0) == {"conf_a": 3}
    assert watch.right_since(slack=0.5) == {"conf_a": 4}


def test_looking_changes_nothing(story: Story) -> None:
    before = deepcopy((story.ledger, story.ours))

    violations(story.book)

    assert (story.ledger, story.ours) == before
