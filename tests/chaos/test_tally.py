"""Several runs of the kills, told in one line: nothing is lost in adding up."""

from tests.chaos.tally import Tally, added_up, batched, summed_line

ONE = Tally({"web": 2, "beat": 1}, 100, 100, 5, waited=[0.5], resumed=[2.0, 3.0])
TWO = Tally({"web": 1, "beat": 3}, 50, 49, 4, waited=[9.0], resumed=[14.0])


def run(tally: Tally, seed: int, *, holds: bool = True) -> list[dict[str, object]]:
    return [
        {
            "row": "kills",
            "goal": "nothing is lost",
            "holds": holds,
            "seconds": 60,
            "command": f"make chaos ROWS=kills SEED={seed}",
            "where": "abcdef0, 2 cores",
            "details": {**tally.as_json(), "houses": []},
        }
    ]


def test_what_is_added_up() -> None:
    total = added_up([ONE, TWO])

    assert total.kills == {"web": 3, "beat": 4}
    assert (total.conferences, total.right, total.messages) == (150, 149, 9)
    assert (total.waited, total.resumed) == ([0.5, 9.0], [2.0, 3.0, 14.0])


def test_the_line_names_every_command_and_the_worst_of_all() -> None:
    line = summed_line([run(ONE, 1), run(TWO, 5)])

    assert "7 kills (3 or more of each kind), 149 of 150 conferences right" in line
    assert "worst 14.0 s" in line
    assert "`make chaos ROWS=kills SEED=1`" in line
    assert "`make chaos ROWS=kills SEED=5`" in line
    assert "| holds |" in line


def test_one_that_broke_breaks_the_sum() -> None:
    assert "| **broken** |" in summed_line([run(ONE, 1), run(TWO, 5, holds=False)])


def test_seeds_are_dealt_out_to_houses() -> None:
    assert list(batched(range(1, 6), 2)) == [(1, 2), (3, 4), (5,)]
