"""Kills the process that passes a point, where a file says so; in place only under `armed`."""

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from celery.signals import worker_ready
from django.apps import AppConfig

from tests.chaos.points import POINTS, Point, Process, Side, Site

FOLDER = "CHAOS_POINTS"  # the environment's name for where the files are

_UP = "up-"

Function = Callable[..., Any]


class Arming(AppConfig):
    """Comes last among the apps: all of the product is loaded by then."""

    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        process = _this_process()
        if process is None:
            return
        folder = Path(os.environ[FOLDER])
        arm(process, folder)
        if process is Process.WEB:
            _up(folder)
        else:
            worker_ready.connect(lambda **_: _up(folder), weak=False)


def _up(folder: Path) -> None:
    up_file(folder, os.getpid()).touch()


def up_file(folder: Path, pid: int) -> Path:
    """Is there from when on this process has come up."""
    return folder / f"{_UP}{pid}"


def all_up(folder: Path) -> set[str]:
    """A name for each process that has come up so far, those that have died since among them."""
    return {file.name for file in folder.glob(f"{_UP}*")}


def _this_process() -> Process | None:
    program = Path(sys.argv[0]).parent.name
    if program == "gunicorn":
        return Process.WEB
    return Process.WORKER if program == "celery" and "worker" in sys.argv else None


def arm(process: Process, folder: Path) -> None:
    """Put a mine at every point that such a process may pass. Each waits for its fuse."""
    for point in POINTS:
        for name, site in zip(point.fuses(), point.sites, strict=True):
            if site.process is process:
                _wrap(site, folder / name)


def lay_fuse(folder: Path, point: Point, number: int) -> Path:
    """The next process at this site of the point dies; returns what is there until then."""
    fuse = folder / point.fuses()[number]
    fuse.touch()
    return fuse


def _wrap(site: Site, fuse: Path) -> None:
    module, _, path = site.function.partition(":")
    function: Function = resolve_name(site.function)
    mined = _mined(function, site, fuse)
    owner, _, name = path.rpartition(".")
    if owner:
        setattr(resolve_name(f"{module}:{owner}"), name, mined)
    else:
        _replace(function, mined)


def _replace(function: Function, by: Function) -> None:
    """In all modules that know it by a name."""
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is function:
                setattr(module, name, by)


def _mined(function: Function, site: Site, fuse: Path) -> Function:
    @wraps(function)
    def passed(*args: Any, **kwargs: Any) -> Any:
        if site.side is Side.BEFORE and site.only(*args, **kwargs):
            _go_off(fuse)
        result = function(*args, **kwargs)
        if site.side is Side.AFTER and site.only(*args, **kwargs):
            _go_off(fuse)
        return result

    return passed


def _go_off(fuse: Path) -> None:
    """Of several processes and threads that pass at the same time, one burns the fuse, and dies."""
    try:
        fuse.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
