"""A leg is let in, told of and ended at the same time, and nobody waits for ever."""

from collections.abc import Callable
from functools import partial

import pytest

from calls.states import EndReason, LegStatus
from calls.tests import rows
from calls.tests.threads import one_after_another, together
from conferencing import admission, ending, progress
from conferencing.news import LegNews

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def callbacks(leg_id: str) -> Callable[[], None]:
    words = (LegStatus.RINGING, LegStatus.IN_PROGRESS, LegStatus.COMPLETED)
    return one_after_another(
        [
            partial(progress.leg, leg_id, LegNews("CA1", status, rows.after(n), key=status))
            for n, status in enumerate(words)
        ]
    )


@pytest.mark.parametrize("_round", range(6))
def test_answered_let_in_and_ended_in_one_moment(_round: int) -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    conference_id = person.conference_id

    together(
        callbacks(leg.id),
        partial(admission.admit, leg.id, conference_id),
        partial(admission.admit, leg.id, conference_id),
        partial(ending.end, conference_id, EndReason.ENDED_BY_USER),
    )

    assert rows.row(leg)["status"] == "completed"
    assert rows.row(person.conference)["status"] == "ended"
