"""Our API as a witness: it passes one that tells what we hold, and sees one that does not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.chaos.history.told import told_differently
from tests.chaos.ours import Row
from tests.chaos.story import Story
from tools.phones_client import Json


def _as_told(story: Story) -> tuple[list[Json], list[Json]]:
    people, legs = map(_told, story.people), map(_told, story.legs)
    return [{**_told(story.conference), "participants": list(people)}], list(legs)


def _told(row: Row) -> Json:
    """In the words of the API."""
    names = {
        "text_status": "sms_status",
        "conference_id": "conference",
        "participant_id": "participant",
    }
    return {names.get(name, name): _as_text(name, value) for name, value in row.items()}


def _as_text(name: str, value: Any) -> Any:
    is_time = name.endswith("_at") and value is not None
    return datetime.fromtimestamp(value, UTC).isoformat() if is_time else value


def test_an_api_that_tells_what_we_hold_is_passed(story: Story) -> None:
    assert list(told_differently(story.ours, *_as_told(story))) == []


@pytest.mark.parametrize("what", ["conference", "person", "leg"])
def test_an_api_that_tells_something_else_is_seen(story: Story, what: str) -> None:
    conferences, calls = _as_told(story)
    told = {"conference": conferences, "person": conferences[0]["participants"], "leg": calls}
    told[what][0]["status"] = "waiting"

    kinds = {each.kind for each in told_differently(story.ours, conferences, calls)}

    assert kinds == {f"{what} told differently"}


def test_an_api_that_tells_another_time_is_seen(story: Story) -> None:
    conferences, calls = _as_told(story)
    conferences[0]["participants"][0]["left_at"] = "2001-01-01T00:00:00+00:00"

    kinds = {each.kind for each in told_differently(story.ours, conferences, calls)}

    assert kinds == {"person told differently"}


@pytest.mark.parametrize("what", ["conference", "leg"])
def test_an_api_that_tells_less_is_seen(story: Story, what: str) -> None:
    conferences, calls = _as_told(story)
    (conferences if what == "conference" else calls).pop()

    kinds = {each.kind for each in told_differently(story.ours, conferences, calls)}

    assert f"{what} told differently" in kinds
