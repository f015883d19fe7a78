"""Measures Partyline: `make bench`, or some of it.

    python -m benchmarks [PART …] [--only sqlite|postgresql] [--rounds 5] [--seconds 2]

Prints one table and writes it, with the machine and the versions, to `benchmarks/results/`:
all parts as `latest`, some of them as `partial`.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from benchmarks import (
    burst,
    growth,
    memory,
    pacing,
    posts,
    report,
    startup,
    teardown,
    webhooks,
)
from benchmarks.bench import Bench
from benchmarks.machine import Machine
from benchmarks.report import Finding
from benchmarks.stage import Kind, Stage
from tools import legs

Part = Callable[[Bench, Stage], Iterator[Finding]]
PARTS: dict[str, Part] = {
    "webhooks": webhooks.measure,
    "burst": burst.measure,
    "posts": posts.measure,
    "teardown": teardown.measure,
    "pacing": pacing.measure,
    "growth": growth.measure,
    "startup": startup.measure,
    "memory": memory.measure,
}


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        postgres = stack.enter_context(legs.postgres())
        redis = stack.enter_context(legs.redis_server())
        machine = Machine.this(postgres)
        bench = Bench(options.rounds, options.seconds, options.webhooks, options.calls)
        findings: list[Finding] = []
        broken: list[str] = []
        for name in options.parts or PARTS:
            for stage in _stages(options.only, postgres, redis):
                bench.say(f"{name} on {stage.kind}")
                try:
                    findings += PARTS[name](bench, stage)
                except Exception:  # noqa: BLE001 - the others took their time, and are told
                    traceback.print_exc()
                    broken.append(f"{name} on {stage.kind}")
        machine.load_after = round(os.getloadavg()[0], 1)
    print(report.table(findings))
    whole = not options.parts and not options.only
    print(f"\nWritten to {report.write(machine, findings, 'latest' if whole else 'partial')}")
    missed = [finding for finding in findings if finding.verdict == "MISSED"]
    print(f"{len(missed)} of {sum(1 for f in findings if f.goal)} goals are missed.")
    if broken:
        print(f"Broke off, see above: {', '.join(broken)}.")
    sys.exit(int(bool(missed or broken)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--only", choices=[kind.lower() for kind in Kind])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each shot")
    parser.add_argument("--webhooks", type=int, default=60_000, help="that memory is judged by")
    parser.add_argument("--calls", type=int, default=10_000_000, help="in the large database")
    options = parser.parse_args()
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"there is no {part}: choose from {', '.join(PARTS)}")
    return options


def _stages(only: str | None, postgres: str | None, redis: str | None) -> Iterator[Stage]:
    if only != "postgresql":
        yield Stage(Kind.SQLITE)
    if only == "sqlite":
        return
    if postgres and redis:
        yield Stage(Kind.POSTGRESQL, postgres, redis)
    else:
        print("SKIPPED PostgreSQL: it, or Redis, is not there", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
