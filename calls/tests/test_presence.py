"""When a leg was in the room: a pure fold, so thousands of lives cost nothing."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from calls.presence import Presence, presence
from calls.sightings import Sighting
from calls.states import EventKind
from calls.tests.rows import after

JOINED, LEFT = EventKind.JOINED, EventKind.LEFT


def joined(second: float, number: int | None = None, room: str = "CF1") -> Sighting:
    return Sighting(JOINED, after(second), room, number)


def left(second: float, number: int | None = None, room: str = "CF1") -> Sighting:
    """Has hung up."""
    return Sighting(LEFT, after(second), room, number, gone=True)


def stepped_out(second: float, number: int | None = None, room: str = "CF1") -> Sighting:
    """Is out of the room, on a leg that goes on."""
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


def test_an_exit_by_our_own_clock_is_cut_to_seconds_as_the_entry_was() -> None:
    """In from 10.95 to 70.8: the room's time stamp says 10, and 61 would be too long."""
    told_by_leg = Sighting(LEFT, after(70.8), "", None)

    assert presence([joined(10, 1), told_by_leg], None).talk_seconds == 60


def test_the_legs_word_closes_only_the_stay_it_speaks_of() -> None:
    seen = [joined(10, 1), left(70, room=""), joined(80, 3)]
    assert presence(seen, None).in_room_since == after(80)


def test_an_end_before_the_entry_is_a_clock_that_goes_wrong() -> None:
    """Our clock may be behind the network's by seconds: no stay is shorter than nothing."""
    assert presence([joined(10, 1)], after(8)) == Presence(
        joined_at=after(10), left_at=after(10), talk_seconds=0
    )


def test_out_of_the_room_on_a_leg_that_goes_on_is_on_the_way_back() -> None:
    menu = presence([joined(10, 1), stepped_out(20, 2)], None)
    assert (menu.away, menu.left_at, menu.in_room_since, menu.talk_seconds) == (
        True,
        None,
        None,
        10,
    )
    back = presence([joined(10, 1), stepped_out(20, 2), joined(30, 1, "CF2")], None)
    assert (back.away, back.in_room_since) == (False, after(30))


def test_on_the_way_back_until_the_leg_says_goodbye_or_ends() -> None:
    seen = [joined(10, 1), stepped_out(20, 2)]
    goodbye = Sighting(LEFT, after(21), "", None)
    for gone in (presence([*seen, goodbye], None), presence(seen, after(40))):
        assert (gone.away, gone.left_at, gone.talk_seconds) == (False, after(20), 10)


def changed(
    second: float, number: int | None, *, muted: bool | None = None, on_hold: bool | None = None
) -> Sighting:
    return Sighting(EventKind.MUTED, after(second), "CF1", number, muted=muted, on_hold=on_hold)


def test_of_what_is_said_of_somebody_the_newest_word_counts() -> None:
    mute, unmute = changed(20, 4, muted=True), changed(20, 5, muted=False)
    assert presence([joined(10, 1), unmute, mute], None).muted is False
    assert presence([joined(10, 1), mute], None).muted is True
    assert presence([joined(10, 1), mute, changed(30, 6, on_hold=True)], None) == Presence(
        joined_at=after(10), in_room_since=after(10), muted=True, on_hold=True
    )


def test_an_answer_without_a_number_yields_to_the_news_of_its_second() -> None:
    answer, news = changed(20.2, None, muted=False), changed(20, 5, muted=True)
    assert presence([joined(10, 1), answer, news], None).muted is True
    assert presence([joined(10, 1), answer], None).muted is False


def found(second: float, room: str = "CF1") -> Sighting:
    return Sighting(JOINED, after(second), room, None, found=True)


def missing(second: float) -> Sighting:
    """He was not in the room any more when we looked: told as his leg itself would."""
    return Sighting(LEFT, after(second), "", None, found=True)


def test_who_is_found_in_the_room_came_when_its_list_says() -> None:
    assert presence([found(10)], None) == Presence(joined_at=after(10), in_room_since=after(10))
    assert presence([found(10)], after(70)).talk_seconds == 60


@pytest.mark.parametrize("second", [8, 9, 10, 11, 12])
def test_an_entry_that_was_found_and_is_told_after_all_is_one(second: int) -> None:
    """The word that is late is the one that counts."""
    seen = [found(second), joined(10, 1)]
    assert presence(seen, None) == presence([joined(10, 1)], None)
    assert presence([*seen, left(70, 2)], None) == presence([joined(10, 1), left(70, 2)], None)


def test_an_exit_that_is_told_closes_the_stay_that_was_found() -> None:
    assert presence([found(10), left(70, 2)], None).talk_seconds == 60


def test_out_and_in_again_where_only_the_exit_was_told() -> None:
    seen = [joined(10, 1), left(40, 2), found(60)]
    assert presence(seen, None) == Presence(
        joined_at=after(10), in_room_since=after(60), talk_seconds=30
    )
    assert presence([*seen, left(75, 4)], None).talk_seconds == 45


@pytest.mark.parametrize("second", [39, 40, 41])
def test_out_and_in_again_within_a_second(second: int) -> None:
    """The time was extended: the leg goes back into the room at once."""
    seen = [joined(10, 1), left(40, 2), found(second)]
    assert presence(seen, after(100)).talk_seconds in (89, 90)


def test_who_is_missing_from_the_room_has_left() -> None:
    assert presence([joined(10, 1), missing(45)], after(100)).talk_seconds == 35
    assert presence([found(10), missing(45)], None).left_at == after(45)


def test_an_exit_that_is_told_counts_more_than_a_look() -> None:
    assert presence([joined(10, 1), missing(45), left(31, 2)], None).talk_seconds == 21
    assert presence([found(10), missing(45), left(31, room="")], None).talk_seconds == 21


def test_who_was_admitted_and_never_seen_was_in_until_his_end() -> None:
    """All of ours were dead, and nobody asks twice."""
    stayed = presence([], gone_at=after(70), admitted_at=after(10))

    assert (stayed.joined_at, stayed.left_at, stayed.talk_seconds) == (after(10), after(70), 60)


def test_a_supposed_entry_is_no_earlier_than_the_words_that_come_before_it() -> None:
    """Admitted at 9.91, in at 10.85, out at 18.34: 7.5 s (make chaos ROWS=overload SEED=1)."""
    stayed = presence([left(18, 2)], after(18.4), after(9.91))

    assert (stayed.joined_at, stayed.talk_seconds) == (after(10), 8)


def test_who_hung_up_in_the_greeting_was_never_in() -> None:
    assert presence([], gone_at=after(15), admitted_at=after(10)) == Presence()


def test_who_left_and_was_never_seen_to_come_came_as_he_was_let_in() -> None:
    for exit_ in (left(20, 2), left(20, room="")):
        assert presence([exit_], after(21), after(9)) == Presence(
            joined_at=after(9), left_at=after(20), talk_seconds=11
        )
    assert presence([joined(12, 1), left(20, 2)], after(21), after(9)).joined_at == after(12)
    assert presence([], after(21), after(9)) == Presence()


@st.composite
def half_told(draw: st.DrawFn) -> tuple[list[Sighting], list[Sighting]]:
    """All that a room would tell of a leg, and what came of it, with looks in between."""
    second, told, heard = 0, [], []
    for number in range(draw(st.integers(1, 4))):
        come = second + draw(st.integers(4, 30))
        go = come + draw(st.integers(4, 60))
        entry, exit_ = joined(come, 2 * number), left(go, 2 * number + 1)
        told += [entry, exit_]
        looked = draw(st.booleans())
        heard += [found(come + draw(st.integers(-1, 1)))] if looked else [entry]
        heard += [entry] if draw(st.booleans()) else []
        heard += [exit_] if draw(st.booleans()) else [left(go, room="")]
        second = go
    return told, heard


@settings(max_examples=500, print_blob=True)
@given(half_told())
def test_what_is_not_told_is_found_and_nothing_counts_twice(
    life: tuple[list[Sighting], list[Sighting]],
) -> None:
    told, heard = life
    truth, ours = presence(told, None), presence(heard, None)
    note(f"{heard}")

    assert truth.joined_at is not None
    assert ours.joined_at is not None
    assert abs(ours.joined_at - truth.joined_at) <= timedelta(seconds=1)
    assert ours.left_at == truth.left_at
    assert abs(ours.talk_seconds - truth.talk_seconds) <= len(told) / 2
    assert presence([*heard, *told], None) == truth


SIGHTINGS = st.builds(
    Sighting,
    kind=st.sampled_from([JOINED, LEFT, EventKind.RETURNED, EventKind.MUTED]),
    found=st.booleans(),
    at=st.integers(0, 30).map(after),
    stream=st.sampled_from(["CF1", "CF2", ""]),
    sequence=st.one_of(st.none(), st.integers(0, 12)),
    gone=st.booleans(),
    muted=st.sampled_from([None, True, False]),
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
    assert sum([found.in_room_since is not None, found.left_at is not None, found.away]) == 1
    last = found.in_room_since or found.left_at
    if last:
        assert last >= found.joined_at
        assert timedelta(seconds=found.talk_seconds) <= last - found.joined_at
    if gone_at:
        assert found.left_at is not None


@given(life=LIVES, gone_at=ENDS)
def test_telling_it_again_changes_nothing(life: list[Sighting], gone_at: datetime | None) -> None:
    assert presence(life + life, gone_at) == presence(life, gone_at)
