"""A Django shell of a house that stays open: to start one takes two seconds of a core."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.journeys.house import ROOT, House
from tools.processes import dying_with_parent

Shell = Callable[[str], None]

_READS = """
import json, sys, traceback
for line in sys.stdin:
    try:
        exec(json.loads(line))
        wrong = ""
    except Exception:
        wrong = traceback.format_exc()
    print(json.dumps(wrong), flush=True)
"""


@contextmanager
def open_shell(house: House) -> Iterator[Shell]:
    program = subprocess.Popen(
        [*dying_with_parent(), sys.executable, "manage.py", "shell", "-v", "0", "-c", _READS],
        cwd=ROOT,
        env={**os.environ, **house.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:

        def run(code: str) -> None:
            assert program.stdin
            assert program.stdout
            print(json.dumps(code), file=program.stdin, flush=True)
            wrong = json.loads(program.stdout.readline())
            assert not wrong, wrong

        yield run
