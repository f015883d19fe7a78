"""Makes `.venv`, installs what the command needs, and hands over to it. Standard library only."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools import apt
from tools.console import Steps, stop

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


@dataclass(frozen=True)
class Command:
    """A module to run in the virtual environment, and the requirements that it needs there."""

    module: str
    steps: int
    requirements: tuple[str, ...]


RUN = ("requirements.txt", "localtwilio/requirements.txt")
DEMO = (*RUN, "tools/demo/requirements.txt")
DEVELOP = (*RUN, "requirements-dev.txt")
COMMANDS = {
    "run": Command("tools.run", 6, RUN),
    "demo": Command("tools.demo", 6, DEMO),
    "screenshots": Command("tools.screenshots", 6, DEVELOP),
    "chaos": Command("tests.chaos", 2, DEVELOP),
    "test": Command("tools.tests", 6, DEVELOP),
    "bench": Command("benchmarks", 2, DEVELOP),
    "check": Command("tools.check", 3, DEVELOP),
}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        stop(f"Say which: {', '.join(COMMANDS)}.")
    command = COMMANDS[name]
    steps = Steps(command.steps)
    steps.next(f"Python {sys.version.split()[0]}, virtual environment in .venv")
    ensure_venv()
    install(command.requirements, steps)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", command.module, *sys.argv[2:]])


def ensure_venv() -> None:
    """A virtual environment that works: one whose Python has gone is made anew."""
    if PYTHON.exists() and _runs(PYTHON, "import pip"):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not _runs(Path(sys.executable), "import ensurepip, venv"):
        print("  python3-venv is missing.", flush=True)
        if not apt.install("python3-venv"):
            stop("Install python3-venv, for example as root: apt-get install python3-venv")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)])
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(f"{sys.executable} could not make a virtual environment; its words stand above.")


def install(requirements: tuple[str, ...], steps: Steps) -> None:
    """Installs the files unless exactly they were installed last time."""
    stamp = VENV / f"installed-{fingerprint(requirements)}"
    if stamp.exists():
        steps.next("packages are installed")
        return
    steps.next(f"installing {', '.join(requirements)} (once, about a minute)")
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for file in requirements:
        command += ["-r", str(ROOT / file)]
    if subprocess.run(command).returncode:
        stop("pip could not install the packages; its words stand above. Is there a network?")
    stamp.touch()


def fingerprint(requirements: tuple[str, ...]) -> str:
    """Changes with every change of the files or of the Python below them."""
    digest = hashlib.sha256(sys.version.encode())
    for file in requirements:
        digest.update((ROOT / file).read_bytes())
    return digest.hexdigest()[:16]


def _runs(python: Path, code: str) -> bool:
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)  # As a shell says it: ended by Ctrl-C.
