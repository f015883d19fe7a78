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
        return [faults.deliveries("CA1", 0.0) for _ in range(50)]

    assert drawn() == drawn()
    assert {len(copies) for copies in drawn()} == {0, 1, 2}


def test_a_delay_keeps_a_streams_order_unless_it_is_shuffled() -> None:
    faults = Faults()
    faults.change({"callbacks": {"delay": 20}, "seed": 1})
    late = [faults.deliveries("CA1", 0.0)[0] for _ in range(20)]
    assert late == sorted(late)
    faults.change({"callbacks": {"shuffle": True}, "seed": 1})
    late = [faults.deliveries("CA1", 0.0)[0] for _ in range(20)]
    assert late != sorted(late)
    assert max(late) <= 20
