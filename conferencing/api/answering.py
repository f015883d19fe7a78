"""What follows upon a request that changed something: workers are woken, and it is told."""

from functools import partial
from typing import Any

from django.db import transaction
from rest_framework.exceptions import NotFound

from conferencing.api import visible
from conferencing.api.base import get_one
from conferencing.api.idempotency import Answer
from conferencing.api.outputs import ConferenceOut, ParticipantOut, shown
from conferencing.api.refusals import NOT_FOUND
from conferencing.models import ApiKey, Lane
from conferencing.tasks import nudge


def in_words(key: ApiKey) -> str:
    """Who asks, for the timeline."""
    return f"API key {key.name}"


def wake(lane: Lane) -> None:
    """After the commit: a worker that comes earlier finds nothing."""
    transaction.on_commit(partial(nudge, lane))


def conference(status: int, key: ApiKey, conference_id: str) -> Answer:
    row = visible.conferences(key).get(id=conference_id)
    return Answer(status, shown(ConferenceOut, row), conference_id)


def participant(key: ApiKey, conference_id: str, participant_id: str) -> dict[str, Any]:
    """Raises NotFound: no such conference, or nobody of that id in it."""
    row = get_one(visible.conferences(key), conference_id)
    for person in visible.people(row):
        if person.id == participant_id:
            return shown(ParticipantOut, person)
    raise NotFound(NOT_FOUND)
