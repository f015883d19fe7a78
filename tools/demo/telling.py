"""How the story reaches the terminal: a line for each thing that happens, with its second."""

import os
import sys
import textwrap
import time
from collections.abc import Iterable
from typing import TextIO

WIDTH = 100
INDENT = " " * 13
BOLD, DIM = "1", "2"


class Teller:
    """Plain text; colours only where a person sees them, and has not set NO_COLOR."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._colours = out.isatty() and not os.environ.get("NO_COLOR")
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the story began."""
        return time.monotonic() - self._began

    def act(self, title: str) -> None:
        self._print(f"\n{self._in(BOLD, title)}")

    def tell(self, sentence: str, name: str = "", colour: str = "") -> None:
        """One thing that happened; it may begin with the `name` of who did it, in a colour."""
        when = f"{self.seconds:5.1f} s"
        words = f"{name} {sentence}".strip()
        first, *more = textwrap.wrap(
            words, WIDTH - len(INDENT), break_long_words=False, break_on_hyphens=False
        )
        if name:
            first = self._in(colour, name) + first.removeprefix(name)
        self._print(f"  {self._in(DIM, when)}    {first}")
        self.quote(more)

    def quote(self, lines: Iterable[str]) -> None:
        """What belongs to the line above."""
        for line in lines:
            self._print(f"{INDENT}{line}")

    def say(self, line: str = "") -> None:
        """A line without a time."""
        self._print(line)

    def _in(self, colour: str, text: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._colours and colour else text

    def _print(self, line: str) -> None:
        print(line, file=self._out, flush=True)
