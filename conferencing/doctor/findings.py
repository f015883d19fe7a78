from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, but not as well as it could, or not for long
    ERROR = "error"  # something that callers or clients notice


@dataclass(frozen=True)
class Finding:
    """`says` is a sentence; `remedy`, another one, is empty where nothing is to be mended."""

    level: Level
    says: str
    remedy: str = ""


def ok(says: str) -> Finding:
    return Finding(Level.OK, says)


def warning(says: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, says, remedy)


def error(says: str, remedy: str) -> Finding:
    return Finding(Level.ERROR, says, remedy)
