"""On a fresh machine there is no more than a command asks for: it asks for all that it imports."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tools.bootstrap import COMMANDS, ROOT


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_command_asks_for_all_that_it_imports(command: str) -> None:
    asked = {
        name.lower()
        for file in COMMANDS[command].requirements
        for name in re.findall(r"^[A-Za-z0-9._-]+", (ROOT / file).read_text(), re.MULTILINE)
    }
    known = packages_distributions()

    imported = _imported(COMMANDS[command].module, set())

    assert imported
    for package in imported:
        assert {each.lower() for each in known[package]} & asked, f"{package} is not installed"


def _imported(module: str, seen: set[str]) -> set[str]:
    """What is neither Python's nor ours, through all of our own files."""
    found: set[str] = set()
    for file in _files(module):
        for name in _names(file):
            top = name.partition(".")[0]
            if (ROOT / top).is_dir() or (ROOT / f"{top}.py").exists():
                if name not in seen:
                    found |= _imported(name, seen | {name})
                    seen.add(name)
            elif top not in sys.stdlib_module_names:
                found.add(top)
    return found


def _files(module: str) -> list[Path]:
    place = ROOT / module.replace(".", "/")
    if not place.is_dir():
        return [place.with_suffix(".py")]
    return [place / "__init__.py", place / "__main__.py"]


def _names(file: Path) -> list[str]:
    if not file.exists():  # a name within a module
        return []
    names = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names
