"""For all tests: which of them go together, and what begins first."""

import pytest
from xdist.scheduler import LoadScopeScheduling

LEGS = ("sqlite", "postgres")
HOUSES_OF_THEIR_OWN = ("belts", "crowd", "main_line", "time")
BROWSERS = ("tests/browser/test_desk", "tests/browser/test_feed.", "localtwilio/tests/test_page")


class Companies(LoadScopeScheduling):
    """One worker after another takes a company or a single test; the large companies first.

    pytest 9 has made xdist's own marker for this, `xdist_group`, ineffective.
    """

    def _split_scope(self, nodeid: str) -> str:
        return company(nodeid) or nodeid


def company(nodeid: str) -> str | None:
    """Tests that share what is dear: a house, which takes long to set up, or a browser."""
    file, _, name = nodeid.partition("::")
    if file.startswith(BROWSERS):
        return "browser" if file.startswith("tests") else "phones"
    leg = next((leg for leg in LEGS if f"[{leg}" in name), None)
    if leg and file.startswith("tests/journeys/"):
        own = (each for each in HOUSES_OF_THEIR_OWN if file.endswith(f"/test_{each}.py"))
        return f"{next(own, 'journeys')}-{leg}"
    return None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Companies:
    return Companies(config, log)  # type: ignore[arg-type]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of those that go alone, what takes long begins first: nobody waits for it in the end."""
    items.sort(key=lambda item: company(item.nodeid) is not None or not _is_slow(item))


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None
