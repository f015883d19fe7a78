"""The knobs: refused with their name, drawn from a seed, and kind to a stream's order."""

import pytest

from localtwilio.faults import Faults


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ({"callbacks": {"drop": 2}}, "callbacks.drop"),
        ({"callbacks": {"drop": "often"}}, "callbacks.drop"),
        ({"callbacks": {"shuffle": 1}}, "callbacks.shuffle"),
        ({"callbacks": {"lose": 1}}, "callbacks.lose"),
        ({"callbacks": 1}, "callbacks"),
        ({"webhooks": {"slow": 1.5}}, "webhooks.slow"),
        ({"webhooks": {"lost": 1}}, "webhooks.lost"),
        ({"rest": {"429": -1}}, "rest.429"),
        ({"rest": {"404": 1}}, "rest.404"),
        ({"cps": 0}, "cps"),
        ({"cps": float("nan")}, "cps"),
        ({"seed": "x"}, "seed"),
        ({"weather": 1}, "weather"),
    ],
)
def test_a_bad_knob_is_named(wanted: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}:"):
        Faults().change(wanted)


def test_a_refused_change_changes_nothing() -> None:
    faults = Faults()
    with pytest.raises(ValueError, match=r"rest\.429"):
        faults.change({"callbacks": {"drop": 1}, "rest": {"429": 7}})
    assert faults.as_json() == Faults().as_json()


def test_only_what_is_named_changes() -> None:
    faults = Faults()
    faults.change({"callbacks": {"drop": 0.5}, "cps": 9})
    faults.change({"callbacks": {"delay": 3}})
    assert faults.as_json()["callbacks"] == {
        "drop": 0.5,
        "duplicate": 0.0,
        "delay": 3.0,
        "shuffle": False,
    }
    assert faults.cps == 9


def test_the_same_seed_makes_the_same_faults() -> None:
    def drawn() -> list[list[float]]:
        faults = Faults()
        faults.change(
            {"callbacks": {"drop": 0.3, "duplicate": 0.5, "delay": 9, "shuffle": True}, "seed": 7}
        )
        return [faults.deliveries("CA1", "ringing", 0.0) for _ in range(50)]

    assert drawn() == drawn()
    assert {len(copies) for copies in drawn()} == {0, 1, 2}


def test_a_delay_keeps_a_streams_order_unless_it_is_shuffled() -> None:
    faults = Faults()
    faults.change({"callbacks": {"delay": 20}, "seed": 1})
    late = [faults.deliveries("CA1", "ringing", 0.0)[0] for _ in range(20)]
    assert late == sorted(late)
    faults.change({"callbacks": {"shuffle": True}, "seed": 1})
    late = [faults.deliveries("CA1", "ringing", 0.0)[0] for _ in range(20)]
    assert late != sorted(late)
    assert max(late) <= 20


def _drawn(wanted: dict[str, object], events: list[str]) -> list[list[float]]:
    faults = Faults()
    faults.change({**wanted, "seed": 7})
    return [faults.deliveries("CA1", event, 0.0) for event in events]


def test_one_knob_does_not_shift_another() -> None:
    """The same callbacks are lost, and as late, whether or not some of them are doubled."""
    callbacks = {"drop": 0.3, "delay": 9, "shuffle": True}
    plain = _drawn({"callbacks": callbacks}, ["ringing"] * 60)
    doubled = _drawn({"callbacks": {**callbacks, "duplicate": 0.5}}, ["ringing"] * 60)
    assert [copies[:1] for copies in doubled] == plain
    assert {len(copies) for copies in doubled} == {0, 1, 2}
    never_lost = _drawn({"callbacks": {**callbacks, "drop": 0}}, ["ringing"] * 60)
    assert all(kept in ([], full) for kept, full in zip(plain, never_lost, strict=True))


def test_one_kind_of_occasion_does_not_shift_another() -> None:
    """However many other callbacks come between, the joins meet the same faults."""
    wanted: dict[str, object] = {"callbacks": {"drop": 0.5}}
    alone = _drawn(wanted, ["participant-join"] * 40)
    mixed = _drawn(wanted, ["participant-join", "ringing", "ringing"] * 40)
    assert mixed[::3] == alone


def test_rest_faults_are_drawn_one_by_one() -> None:
    """Refusing some requests with 429 does not change which of them time out."""

    def fates(rest: dict[str, float]) -> list[frozenset[str]]:
        faults = Faults()
        faults.change({"rest": rest, "seed": 3})
        return [faults.fate("POST /Calls.json") for _ in range(60)]

    both, one = fates({"429": 0.5, "timeout_after": 0.3}), fates({"timeout_after": 0.3})
    assert [fate - {"429"} for fate in both] == one
    assert {frozenset(), frozenset({"429"}), frozenset({"timeout_after"})} < set(both)


def test_reads_do_not_shift_deeds() -> None:
    """A poller's requests have generators of their own: how often it asks does not matter."""

    def fates(polls: int) -> list[frozenset[str]]:
        faults = Faults()
        faults.change({"rest": {"500_before": 0.5}, "seed": 3})
        found = []
        for _ in range(40):
            for _ in range(polls):
                faults.fate("GET /Calls.json")
            found.append(faults.fate("POST /Calls.json"))
        return found

    assert fates(0) == fates(3)


def test_a_seed_begins_again_and_a_share_is_met() -> None:
    faults = Faults()
    faults.change({"webhooks": {"dead": 0.25}, "seed": 11})
    first = [faults.strikes("dead", "twiml") for _ in range(400)]
    faults.change({"seed": 11})
    assert [faults.strikes("dead", "twiml") for _ in range(400)] == first
    assert 60 < sum(first) < 140
