from pathlib import Path

import pytest
from pytest_django import Settings

from conferencing.tests.admin.conftest import chief, nudges, viewer

__all__ = ["chief", "nudges", "viewer"]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Where messages are kept in a test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
