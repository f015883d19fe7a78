"""`make demo` tells its story to the end, and its feed is what happened."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^  \d\d:\d\d:\d\d  (in|out)  +(\w+) .*?  (\w+) +(\d+:\d\d|-)$", re.MULTILINE)
FEED = Counter(
    {
        ("in", "Alice", "conference"): 1,
        ("out", "Bob", "conference"): 1,
        ("out", "Carol", "conference"): 1,
        ("in", "Erik", "forwarded"): 1,
        ("out", "Dora", "forwarded"): 1,
        ("in", "Fay", "voicemail"): 1,
        ("in", "Gus", "missed"): 1,
        ("out", "Dora", "unreached"): 1,
    }
)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_story_is_told_to_its_end(tmp_path: Path) -> None:
    # An exported setting, here one that would break the story, must not reach its house.
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo", str(tmp_path / "demo")],
        cwd=ROOT,
        env={**os.environ, "CONFERENCE_CODE_LENGTH": "8"},
        capture_output=True,
        text=True,
        timeout=200,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert Counter(row[:3] for row in ROW.findall(done.stdout)) == FEED
    assert "done: 8 calls, 1 conference, 1 voicemail" in done.stdout.splitlines()[-1]
    assert re.search(r"asks: POST /api/v1/conferences/\w+/extend", done.stdout)
    for told in ("Alice presses *", '"You are muted."', "Alice is shown as muted"):
        assert told in done.stdout, told
    for who in ("Alice", "Bob"):
        assert f'{who} hears: "5 seconds left."' in done.stdout
    assert "\033[" not in done.stdout
    assert "Bearer pl_" not in done.stdout
