"""Thousands of calls through a REST API that is busy, breaks, and answers too late."""

from tests.chaos.history import Rules, Violation
from tests.chaos.history.legs import binding, not_terminal
from tests.chaos.outcome import spread
from tests.chaos.plan import dial_outs
from tests.chaos.row import Figures, World
from tests.chaos.rows.course import carry_out

LIFE = 90
IN_TIME = 60.0  # seconds
SHARE = 0.99
# One in ten leaves the outcome open: half of those are done all the same.
BUSY_AND_BROKEN = {
    "429": 0.3,
    "500_before": 0.025,
    "500_after": 0.025,
    "timeout_before": 0.025,
    "timeout_after": 0.025,
    "list_lag": 3,
}


class DialOuts:
    name = "dial-outs"
    goal = (
        "10 % unknown outcomes, 30 % 429: none doubled, all terminal, at least 99 % of the"
        " accepted bound within 60 s"
    )

    def run(self, world: World) -> Figures:
        plan = dial_outs(world.seed, world.many(2000), rate=world.rate / 2, life=LIFE)
        rules = Rules(stay=3.0, unknown=True, refused=True, late=30.0, settled=90.0)
        with world.house() as house:
            # With every callback the network would tell by itself which calls it has made.
            callbacks = {"drop": 0.5}
            house.suffers(rest=BUSY_AND_BROKEN, callbacks=callbacks, seed=world.seed)
            outcome = carry_out(world, house, plan, rules)
        book = outcome.book
        waited = binding(book)
        bound = sum(seconds <= IN_TIME for seconds in waited)
        wrong = [*outcome.violations, *not_terminal(book)]
        if bound < SHARE * len(waited):
            wrong.append(Violation("bound late", "dial-outs", f"{bound} of {len(waited)} in time"))
        calls = sum(leg["direction"] == "outbound-api" for leg in book.ledger["legs"])
        words = (
            f"{calls} calls, {len(book.ours.doubted)} unknown outcomes, {bound} of {len(waited)}"
            f" accepted ones bound in time ({spread(waited)})"
        )
        return Figures(words, wrong, outcome.details())
