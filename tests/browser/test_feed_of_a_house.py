"""The feed before a whole Partyline: real processes, calls, and audio from the network."""

import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.house import MAIN_LINE, House

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.slow]
PATIENCE = 30_000  # milliseconds
expect = sync_api.expect


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    house = House.on_sqlite(folder, DJANGO_SUPERUSER_PASSWORD=secrets.token_urlsafe(12))
    try:
        yield house.start()
    finally:
        house.stop()


@pytest.fixture
def page(browser: "Browser", house: House) -> Iterator["Page"]:
    """The feed, for the chief, who has signed in."""
    house.manage("createsuperuser", "--noinput", "--username=chief", "--email=chief@example.com")
    context = browser.new_context(base_url=house.web_url)
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/activity/")
    page.get_by_label("Username").fill("chief")
    page.get_by_label("Password").fill(house.environment["DJANGO_SUPERUSER_PASSWORD"])
    page.get_by_role("button", name="Log in").click()
    yield page
    context.close()


def test_a_caller_leaves_a_message_and_it_is_played_and_sought(page: "Page", house: House) -> None:
    expect(page.locator(".first")).to_contain_text("Dial +1 212-555-0101")
    house.network.http.post("/speed", json={"speed": 2})
    caller = house.somebody()
    caller.dials(MAIN_LINE)
    row = page.locator(".row").first
    expect(row.locator(".badge")).to_have_text("On the line", timeout=PATIENCE)
    expect(row.locator(".line")).to_have_text("Main line")

    caller.presses("2")
    expect(row.locator(".badge")).to_have_text("Leaving a message", timeout=PATIENCE)
    caller.hears("after the beep")
    caller.speaks(seconds=30, text="Please call me back.")
    caller.hears("thank you for your message")

    expect(row.locator(".badge")).to_have_text("Left a message", timeout=PATIENCE)
    expect(row.locator(".dot")).to_have_count(1, timeout=PATIENCE)
    with page.expect_response(re.compile(r"/audio$")) as answered:
        row.locator(".play").click()
    assert answered.value.status == 206
    expect(row.locator(".player")).to_have_class(re.compile("playing"))
    expect(row.locator(".dot")).to_have_count(0, timeout=PATIENCE)
    length = float(row.locator(".seek").get_attribute("max") or 0)
    assert length > 2
    box = row.locator(".seek").bounding_box()
    assert box
    row.locator(".seek").click(position={"x": box["width"] * 0.6, "y": box["height"] / 2})
    page.wait_for_function(
        "at => Number(document.querySelector('.seek').value) > at",
        arg=length * 0.65,
        timeout=PATIENCE,
    )
    row.locator(".open").click()
    expect(page.locator("#timeline")).to_contain_text("Left a message")
    expect(page.locator("#timeline .entry")).not_to_have_count(0)
