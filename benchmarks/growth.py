"""Ten million calls against ten thousand: pages, lists, searches, filters, a webhook."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.report import Finding, Goal
from benchmarks.stage import Stage
from tools.embedded import ROOT

_LIMIT, _OF_WEBHOOK = Goal("≤", 1.3), Goal("≤", 1.5)
# The others are filters, of which only the worst is told.
_TOLD = ("the page", "API", "search", "admin", "timeline", "webhook")


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        command = [sys.executable, "-m", "benchmarks.feed", "--only", stage.kind.lower()]
        command += ["--large", str(bench.calls), "--json", str(file)]
        env = {**os.environ, "PARTYLINE_TEST_POSTGRES_URL": stage.postgres}
        subprocess.run(command, cwd=ROOT, env=env, stdout=sys.stderr)
        found = json.loads(file.read_text())[stage.kind]
    judged = {name: looks for name, looks in found.items() if not name.startswith("together")}
    filters = {name: looks for name, looks in judged.items() if not name.startswith(_TOLD)}
    worst = max(filters, key=lambda name: filters[name][1] / filters[name][0])
    for name, (small, large) in judged.items():
        if name == worst or name not in filters:
            yield Finding(
                part="growth",
                database=stage.kind,
                what=f"the worst filter, {name}" if name == worst else name,
                ours=f"{large:.2f} ms at {bench.calls:,} calls",
                reference=f"{small:.2f} ms at 10,000",
                figure=large / small,
                goal=_OF_WEBHOOK if name.startswith("webhook") else _LIMIT,
            )
