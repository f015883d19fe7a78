"""MEDIA_ROOT: can messages be kept there, and for how long?"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from conferencing.doctor.findings import Finding, error, ok, warning

_LITTLE, _NOTHING = 1_000_000_000, 100_000_000  # bytes; a minute of a message takes a million
_MINUTE = 960_000  # bytes


def findings() -> Iterator[Finding]:
    folder = Path(settings.MEDIA_ROOT)
    there = _nearest(folder)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield error(
            f"Messages cannot be kept in {folder}: it may not be written.",
            "Give it to the user that Partyline runs as, or name another folder in MEDIA_ROOT.",
        )
        return
    free = shutil.disk_usage(there).free
    says = f"{folder} has {free / 1e9:.1f} GB left, for {free // _MINUTE:,} minutes of messages"
    if free < _NOTHING:
        yield error(f"{says}.", "Free some space; `manage.py prune --calls-before` helps.")
    elif free < _LITTLE:
        yield warning(f"{says}.", "Free some space; `manage.py prune --calls-before` helps.")
    else:
        yield ok(f"{says}.")


def _nearest(folder: Path) -> Path:
    """The folder, or what it will be made in."""
    return next(path for path in (folder, *folder.parents) if path.exists())
