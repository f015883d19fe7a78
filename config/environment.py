"""Takes settings from the environment or `.env`, and says in a sentence each what is wrong."""

import difflib
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

# Names that `.env` may hold for the tools around the product (make, docker compose, gunicorn).
TOOL_NAMES = frozenset({"PORT", "PHONES_PORT", "WEB_CONCURRENCY", "POSTGRES_PASSWORD"})


def read_dotenv(file: Path) -> dict[str, str]:
    """The names and values of a `.env` file; nothing where there is no such file."""

    values: dict[str, str] = {}
    if file.is_file():
        # read_env writes into its class's ENVIRON, by default os.environ.
        reader: Any = type("Dotenv", (environ.Env,), {"ENVIRON": values})
        reader.read_env(str(file))
    return values


class Environment:
    """Hands out settings one by one, and collects what is wrong so as to name it all at once."""

    def __init__(self, surroundings: Mapping[str, str], dotenv: Mapping[str, str]) -> None:
        """`surroundings` win over `dotenv`, where alone an unknown name counts as a mistake.

        `names` grows to hold every setting that was asked for, `defaults` the texts of those that
        may be left out.
        """
        self._values = {**dotenv, **surroundings}
        self._dotenv_names = frozenset(dotenv)
        self.names: set[str] = set()
        self.defaults: dict[str, str] = {}
        self.problems: list[str] = []

    @classmethod
    def of_this_process(cls, root: Path) -> "Environment":
        """os.environ over `root/.env`, or over the file that PARTYLINE_ENV_FILE names, if any."""
        file = os.environ.get("PARTYLINE_ENV_FILE")
        path = root / ".env" if file is None else Path(file)
        return cls(os.environ, read_dotenv(path) if file != "" else {})

    def take(
        self, name: str, parse: Callable[[str], T], remedy: str, default: str | None = None
    ) -> T:
        """The parsed value; None after a problem, so nothing may be used before `check`."""
        self.names.add(name)
        if default is not None:
            self.defaults[name] = default
        raw = self._values.get(name, "").strip() or default
        if raw is None:
            self.problems.append(f"{name} is missing: {remedy}.")
            return cast("T", None)
        try:
            return parse(raw)
        except ValueError as problem:
            self.problems.append(f"{name} {problem}: {remedy}.")
            return cast("T", None)

    def optional(self, name: str, parse: Callable[[str], T], remedy: str) -> T | None:
        """As `take`, but None where the setting is not given."""
        self.names.add(name)
        return self.take(name, parse, remedy) if self._values.get(name, "").strip() else None

    def check_each(self) -> None:
        """Raises ImproperlyConfigured with every problem found so far, one to a line."""
        unknown = self._dotenv_names - self.names - TOOL_NAMES
        self.problems += [_unknown(name, self.names) for name in sorted(unknown)]
        self.check_together({})

    def check_together(self, sentences: Mapping[str, bool]) -> None:
        """Raises ImproperlyConfigured with each sentence whose condition, its value, holds."""
        self.problems += [sentence for sentence, holds in sentences.items() if holds]
        if self.problems:
            raise ImproperlyConfigured("\n".join(self.problems))


def _unknown(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean {close[0]}?" if close else "remove it; .env.example has them all."
    return f"{name} in .env is not a setting: {remedy}"
