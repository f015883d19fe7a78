"""When a leg was in the room: a pure fold, so thousands of lives cost nothing."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from calls.presence import Presence, Sighting, presence
from calls.states import EventKind
from calls.tests.rows import after

JOINED, LEFT = EventKind.JOINED, EventKind.LEFT


def joined(second: float, number: int | None = None, room: str = "CF1") -> Sighting:
    return Sighting(JOINED, after(second), room, number)


def left(second: float, number: int | None = None, room: str = "CF1") -> Sighting:
    return Sighting(LEFT, after(second), room, number)


def test_nobody_seen_was_never_in() -> None:
    assert presence([], None) == Presence()
    assert presence([], after(70)) == Presence()


def test_in_the_room_since_the_entry() -> None:
    assert presence([joined(10, 1)], None) == Presence(joined_at=after(10), in_room_since=after(10))


def test_one_stay() -> None:
    assert presence([left(70, 2), joined(10, 1)], None) == Presence(
        joined_at=after(10), left_at=after(70), talk_seconds=60
    )


def test_coming_back_adds_up_and_an_open_stay_does_not_count_yet() -> None:
    seen = [joined(10, 1), left(20, 2), joined(30, 3)]
    assert presence(seen, None) == Presence(
        joined_at=after(10), in_room_since=after(30), talk_seconds=10
    )
    assert presence([*seen, left(45, 4)], None).talk_seconds == 25


def test_within_one_second_the_numbers_decide() -> None:
    """Out and in again in the same second: still in."""
    in_again = presence([joined(10, 7), left(20, 8), joined(20, 9)], None)
    assert in_again.in_room_since == after(20)
    out = presence([joined(20, 7), left(20, 8)], None)
    assert (out.in_room_since, out.left_at) == (None, after(20))


def test_a_lost_exit_is_closed_by_the_end_of_the_leg() -> None:
    assert presence([joined(10, 1)], after(70)) == Presence(
        joined_at=after(10), left_at=after(70), talk_seconds=60
    )


def test_a_lost_exit_is_closed_by_the_entry_into_the_next_room() -> None:
    """The room died and was born again: one conference, two rooms."""
    seen = [joined(10, 1), joined(30, 1, "CF2"), left(40, 2, "CF2")]
    assert presence(seen, None) == Presence(joined_at=after(10), left_at=after(40), talk_seconds=30)


def test_two_rooms_at_once_do_not_count_twice() -> None:
    seen = [joined(10, 1), left(42, 2), joined(40, 1, "CF2"), left(50, 2, "CF2")]
    assert presence(seen, None).talk_seconds == 40


def test_two_rooms_in_one_second_give_one_answer() -> None:
    """The one without an exit is where the leg is, whichever is looked at first."""
    seen = [joined(10, 1, "CF1"), joined(10, 1, "CF2"), left(12, 2, "CF2")]
    renamed = [
        Sighting(s.kind, s.at, {"CF1": "CF2"}.get(s.stream, "CF1"), s.sequence) for s in seen
    ]
    assert presence(seen, None) == presence(renamed, None)
    assert presence(seen, None).in_room_since == after(10)


def test_the_leg_says_itself_that_it_left() -> None:
    """The room's own word is lost or late; what the leg does next shows that it is out."""
    own_word = left(70, room="")
    assert presence([joined(10, 1), own_word], None) == Presence(
        joined_at=after(10), left_at=after(70), talk_seconds=60
    )
    assert presence([joined(10, 1), own_word, left(69, 2)], None).talk_seconds == 59


def test_the_legs_word_closes_only_the_stay_it_speaks_of() -> None:
    seen = [joined(10, 1), left(70, room=""), joined(80, 3)]
    assert presence(seen, None).in_room_since == after(80)


def test_an_end_before_the_entry_is_a_clock_that_goes_wrong() -> None:
    """Our clock may be behind the network's by seconds: no stay is shorter than nothing."""
    assert presence([joined(10, 1)], after(8)) == Presence(
        joined_at=after(10), left_at=after(10), talk_seconds=0
    )


SIGHTINGS = st.builds(
    Sighting,
    kind=st.sampled_from([JOINED, LEFT]),
    at=st.integers(0, 30).map(after),
    stream=st.sampled_from(["CF1", "CF2", ""]),
    sequence=st.one_of(st.none(), st.integers(0, 12)),
)
LIVES = st.lists(SIGHTINGS, max_size=10)
ENDS = st.one_of(st.none(), st.integers(0, 40).map(after))


@settings(max_examples=1000)
@given(data=st.data(), life=LIVES, gone_at=ENDS)
def test_the_order_of_the_tellings_does_not_matter(
    data: st.DataObject, life: list[Sighting], gone_at: datetime | None
) -> None:
    other_order = data.draw(st.permutations(life))
    assert presence(other_order, gone_at) == presence(life, gone_at)


@settings(max_examples=1000)
@given(life=LIVES, gone_at=ENDS)
def test_whatever_is_told_the_sums_make_sense(
    life: list[Sighting], gone_at: datetime | None
) -> None:
    found = presence(life, gone_at)

    assert found.talk_seconds >= 0
    if found.joined_at is None:
        assert found == Presence()
        return
    assert (found.in_room_since is None) == (found.left_at is not None)
    last = found.in_room_since or found.left_at
    assert last is not None
    assert last >= found.joined_at
    assert timedelta(seconds=found.talk_seconds) <= last - found.joined_at
    if gone_at:
        assert found.in_room_since is None


@given(life=LIVES, gone_at=ENDS)
def test_telling_it_again_changes_nothing(life: list[Sighting], gone_at: datetime | None) -> None:
    assert presence(life + life, gone_at) == presence(life, gone_at)
