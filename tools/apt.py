"""Packages of the system, got where that is allowed. Standard library only."""

import os
import shutil
import subprocess


def allowed() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """True where apt-get may be used and has installed the packages; its words go to stdout."""
    if not allowed():
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    # The lists of a fresh machine are empty or old, those of a used one mostly good enough.
    for prepare in (None, ["apt-get", "update", "-q"]):
        if prepare and subprocess.run(prepare, env=quiet).returncode:
            return False
        if subprocess.run(command, env=quiet).returncode == 0:
            return True
    return False
