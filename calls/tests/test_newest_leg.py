"""A person may have several legs at once; whatever they do, he shows the newest and all count."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calls import journal
from calls.journal import Happening
from calls.models import Call, Participant
from calls.states import LEG_OVER, Direction, EventKind, LegStatus, shown
from calls.tests import rows

pytestmark = [pytest.mark.database, pytest.mark.django_db]

STATUSES = st.sampled_from(LegStatus)
MOMENTS = st.integers(0, 60)
SIGHTINGS = st.sampled_from([EventKind.JOINED, EventKind.LEFT])
WHICH = st.integers(0, 2)  # of a person's three legs
NEWS = st.one_of(
    st.tuples(st.just("told"), WHICH, STATUSES, MOMENTS),
    st.tuples(st.just("seen"), WHICH, SIGHTINGS, MOMENTS),
    st.tuples(st.just("let in"), WHICH, st.none(), MOMENTS),
)


def tell(leg: Call, what: str, word: str | None, at: int, person: Participant) -> None:
    happening = partial(Happening, key=f"{leg.id}:{what}:{word}:{at}", at=rows.after(at))
    deeds: dict[str, Callable[[], object]] = {
        "told": lambda: journal.leg_told(
            leg.id, LegStatus(word or ""), happening(kind=EventKind.LEG_STATUS)
        ),
        "seen": lambda: journal.leg_seen(
            leg.id, happening(kind=EventKind(word or ""), stream="CF1", sequence=at)
        ),
        "let in": lambda: rows.admit(leg.id, person, happening(kind=EventKind.ADMITTED)),
    }
    deeds[what]()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(NEWS, max_size=20))
@example(  # a stay that was only supposed, and is taken back
    news=[
        ("let in", 0, None, 0),
        ("told", 0, LegStatus.COMPLETED, 16),
        ("told", 0, LegStatus.COMPLETED, 0),
    ]
)
def test_a_person_shows_the_newest_leg_and_the_sum_of_all(
    news: list[tuple[str, int, str | None, int]],
) -> None:
    with rows.undone():
        person = rows.a_participant()
        legs = [rows.a_leg_to(person), rows.a_leg_from(), rows.a_leg_from()]
        for what, which, word, at in news:
            tell(legs[which], what, word, at, person)

        shows = Participant.objects.select_related("current_call").get(id=person.id)
        newest = shows.current_call
        assert newest is not None
        said = shown(
            Direction(newest.direction),
            LegStatus(newest.status),
            admitted=newest.admitted_at is not None,
            in_room=newest.in_room_since is not None,
            was_in_room=newest.joined_at is not None,
            away=_is_away(newest),
        )
        assert said in (None, shows.status)
        of_person = list(Call.objects.filter(participant=person))
        assert shows.talk_seconds == sum(leg.talk_seconds for leg in of_person)
        inside = [leg for leg in of_person if leg.in_room_since]
        away = [leg for leg in of_person if _is_away(leg)]
        came = [leg.joined_at for leg in of_person if leg.joined_at]
        assert shows.joined_at == min(came, default=None)
        assert (shows.left_at is not None) == bool(came and not inside + away)
        assert not [leg for leg in inside if leg.status in LEG_OVER]


def _is_away(leg: Call) -> bool:
    """Has been in the room, is not, and has not left for good."""
    return bool(leg.joined_at) and not leg.in_room_since and not leg.left_at
