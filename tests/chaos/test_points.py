"""The points are where the product passes, and whoever passes one with a fuse dies there, once."""

import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from tests.chaos.arming import lay_fuse
from tests.chaos.points import POINTS, Point, Site

SITES = [site for point in POINTS for site in point.sites]

# As a worker does it, but with nothing to do but to claim.
PASSES = """
import sys, pathlib
from conferencing import orders, performing
from tests.chaos.arming import arm
from tests.chaos.points import Process
real = orders.is_due
orders.is_due = lambda lane: False
arm(Process(sys.argv[2]), pathlib.Path(sys.argv[1]))
print("claimed", performing.orders.claim("inviting"))
"""
CLAIM = next(point for point in POINTS if point.name == "woken, not claimed")


@pytest.mark.parametrize("site", SITES, ids=lambda site: f"{site.side}-{site.function}")
def test_each_site_is_a_function_of_today(site: Site) -> None:
    assert callable(resolve_name(site.function))


def test_there_are_twelve_points_and_no_two_fuses_are_alike() -> None:
    fuses = [fuse for point in POINTS for fuse in point.fuses()]

    assert len(POINTS) == 12
    assert len(fuses) == len(set(fuses)) == len(SITES)


@pytest.mark.slow
class TestArmed:
    def passes(self, folder: Path, process: str) -> subprocess.CompletedProcess[str]:
        program = ["-c", f"import django; django.setup(){PASSES}", str(folder), process]
        return subprocess.run(
            [sys.executable, *program], capture_output=True, text=True, check=False
        )

    @pytest.fixture
    def point(self) -> Point:
        return CLAIM

    def test_a_process_dies_at_its_point_once(self, tmp_path: Path, point: Point) -> None:
        fuse = lay_fuse(tmp_path, point, 0)

        first, second = self.passes(tmp_path, "worker"), self.passes(tmp_path, "worker")

        assert (first.returncode, first.stdout) == (-9, ""), first.stderr
        assert not fuse.exists()
        assert (second.returncode, second.stdout) == (0, "claimed None\n"), second.stderr

    def test_another_process_passes(self, tmp_path: Path, point: Point) -> None:
        fuse = lay_fuse(tmp_path, point, 0)

        assert self.passes(tmp_path, "web").returncode == 0
        assert fuse.exists()
