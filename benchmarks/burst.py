"""Two thousand callbacks at once, each over a connection of its own: none is lost."""

import resource
from collections.abc import Iterator
from contextlib import AbstractContextManager
from statistics import median

from benchmarks.bench import Bench
from benchmarks.load import Burst, Post, burst
from benchmarks.report import Finding, Goal
from benchmarks.stage import Stage, letters
from tests.journeys.house import House

CALLBACKS = 2000
_MOST = 3000  # a second, in the steady rounds


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    _many_files()
    enough = round((bench.rounds + 1) * (CALLBACKS + _MOST * bench.seconds))
    with stage.house() as house:
        house.start_web()
        post = letters(house, "status", enough)
        steady, bursts = _rounds(bench, house, post)
    plain = _plain_under_defaults(bench, stage.reference(defaults=True))
    yield Finding(
        part="burst",
        database=stage.kind,
        what=f"errors among {CALLBACKS} callbacks at once, worst round",
        ours=f"{max(each.errors for each in bursts)}",
        reference=f"plain view under Django's defaults: {plain.errors}",
        figure=max(each.errors for each in bursts),
        goal=Goal("≤", 0, "errors"),
    )
    rates = [each.answered / each.seconds for each in bursts]
    yield Finding(
        part="burst",
        database=stage.kind,
        what="drained, against the steady rate",
        ours=f"{median(rates):.0f}/s",
        reference=f"steady {median(steady):.0f}/s",
        figure=median(fast / slow for fast, slow in zip(rates, steady, strict=True)),
        goal=Goal("≥", 0.9),
    )


def _rounds(bench: Bench, house: House, post: Post) -> tuple[list[float], list[Burst]]:
    """Both by the same hand, in turn: 16 connections for a while, then all at once."""
    post.load(16, 1.0, by_hand=True)
    steady, bursts = [], []
    for number in range(bench.rounds):
        steady.append(post.load(16, bench.seconds, by_hand=True).rate)
        bursts.append(burst(house.web_url, post.take(CALLBACKS)))
        bench.say(f"burst {number + 1} of {bench.rounds}: {bursts[-1].seconds:.1f} s")
    return steady, bursts


def _plain_under_defaults(bench: Bench, standing: AbstractContextManager[House]) -> Burst:
    with standing as reference:
        found = burst(reference.web_url, letters(reference, "/plain", CALLBACKS).take(CALLBACKS))
        bench.say(f"plain view: {found.errors} errors")
        return found


def _many_files() -> None:
    """A socket each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2 * CALLBACKS:
        wanted = 4 * CALLBACKS if hard == resource.RLIM_INFINITY else min(hard, 4 * CALLBACKS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
