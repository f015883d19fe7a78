"""What the tools say on the terminal. Standard library only: bootstrap uses it."""

import sys
from typing import NoReturn


class Steps:
    """Numbered progress: `2/6 …`."""

    def __init__(self, total: int, done: int = 0) -> None:
        self._total = total
        self._done = done

    def next(self, what: str) -> None:
        self._done += 1
        print(f"{self._done}/{self._total} {what}", flush=True)


def stop(sentence: str) -> NoReturn:
    """Ends the program with what is wrong and how to mend it."""
    print(sentence, file=sys.stderr, flush=True)
    sys.exit(1)
