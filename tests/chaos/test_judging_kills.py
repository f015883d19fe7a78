"""What the row `kills` finds wrong besides the history: fed each kind of wrong."""

import hashlib
from math import inf
from pathlib import Path

from tests.chaos.killing import Kill
from tests.chaos.ours import Ours
from tests.chaos.resuming import Handover, Held
from tests.chaos.rows.kills import unknown_without_reason, until_known
from tests.chaos.voices import lost_messages

CALLER = "+12125550150"


def killed_while_asking_for(*legs: str, at: float = 100.0) -> Kill:
    return Kill("sent, unanswered", at, Held(frozenset(), frozenset(legs)))


def doubted(at: float, evidence: dict[str, float]) -> Ours:
    return Ours({}, [], [], doubted={"call_a": at}, evidence=evidence)


class TestUnknown:
    def test_is_excused_by_a_kill_while_it_was_asked_for(self) -> None:
        held = doubted(111.0, {"call_a": 130.0})
        kills = [killed_while_asking_for("call_a")]

        assert list(unknown_without_reason(held, kills)) == []
        assert until_known(held, kills) == [30.0]

    def test_is_not_excused_by_another_kill(self) -> None:
        held = doubted(111.0, {"call_a": 130.0})
        kills = [killed_while_asking_for("call_b"), killed_while_asking_for("call_a", at=120.0)]

        assert [each.about for each in unknown_without_reason(held, kills)] == ["call_a"]

    def test_never_known_has_waited_for_ever(self) -> None:
        assert until_known(doubted(111.0, {}), [killed_while_asking_for("call_a")]) == [inf]

    def test_known_before_it_was_doubted_has_not_waited(self) -> None:
        held = doubted(111.0, {"call_a": 99.0})

        assert until_known(held, [killed_while_asking_for("call_a")]) == [0.0]


class TestMessages:
    def kept(self, **other: str) -> dict[str, str]:
        sha256 = hashlib.sha256(b"sound").hexdigest()
        row = {"from_number": CALLER, "status": "kept", "audio": "a.wav", "sha256": sha256}
        return {**row, **other}

    def kinds(self, folder: Path, *messages: dict[str, str]) -> list[str]:
        (folder / "a.wav").write_bytes(b"sound")
        return [each.kind for each in lost_messages([CALLER], list(messages), folder)]

    def test_one_that_is_kept_whole(self, tmp_path: Path) -> None:
        assert self.kinds(tmp_path, self.kept(), self.kept(from_number="+12125550151")) == []

    def test_none_twice_or_not_fetched(self, tmp_path: Path) -> None:
        for messages in ([], [self.kept(), self.kept()], [self.kept(status="fetching")]):
            assert self.kinds(tmp_path, *messages) == ["message lost"]

    def test_another_sound_or_no_file(self, tmp_path: Path) -> None:
        for message in (self.kept(sha256="0" * 64), self.kept(audio="b.wav")):
            assert self.kinds(tmp_path, message) == ["message broken"]


class TestWorkLeftBehind:
    """By a worker that was killed, and started again as another process."""

    def claimed(self, *orders: int) -> frozenset[tuple[int, int]]:
        return frozenset((order, 1) for order in orders)

    def test_is_waited_for_from_when_the_worker_is_up(self, tmp_path: Path) -> None:
        handover = Handover("")
        handover.restarted(tmp_path / "up", left(1), instead_of=tmp_path / "dead")
        handover.see_who_is_up()
        assert (handover.coming_up(), handover.unfinished()) == (1, 1)

        (tmp_path / "up").touch()
        handover.see_who_is_up()
        handover.compare(self.claimed(1, 2))
        assert (handover.coming_up(), handover.unfinished(), handover.seconds) == (0, 1, [])

        handover.compare(self.claimed(2))
        assert (handover.unfinished(), len(handover.seconds)) == (0, 1)

    def test_passes_to_the_next_if_that_one_is_killed_on_its_way_up(self, tmp_path: Path) -> None:
        handover = Handover("")
        handover.restarted(tmp_path / "first", left(1), instead_of=tmp_path / "dead")
        handover.restarted(tmp_path / "second", left(), instead_of=tmp_path / "first")

        (tmp_path / "second").touch()
        handover.see_who_is_up()

        assert (handover.coming_up(), handover.unfinished()) == (0, 2)


def left(*orders: int) -> Held:
    return Held(frozenset((order, 1) for order in orders), frozenset())
