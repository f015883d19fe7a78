"""`make screenshots`: the pictures of `docs/images`, from a real house with a short story in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tools import legs
from tools.console import stop
from tools.demo import story
from tools.demo.api import Conference
from tools.demo.house import DESK, MAIN_LINE, House, house
from tools.embedded import ROOT, VAR

IMAGES = ROOT / "docs" / "images"
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 400, "height": 860}
PATIENCE = 20_000  # milliseconds
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
LIFE = 240  # seconds of the conference: longer than it takes to take the pictures


def main() -> None:
    chromium = legs.chromium()
    if chromium is None:
        stop("Chromium is missing: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            with house(VAR / "screenshots") as where:
                name_the_desk(browser, where)
                conference = play(where)
                shoot(browser, where, conference)
        except (AssertionError, RuntimeError) as problem:
            stop(str(problem))
        finally:
            browser.close()


def name_the_desk(browser: Browser, where: House) -> None:
    """In the admin, as somebody who sets the line up would."""
    with opened(browser) as page:
        sign_in(page, where)
        page.goto(f"{where.web_url}/admin/calls/line/")
        page.locator("#result_list a", has_text="0101").first.click()
        page.locator("[name=targets-0-name]").fill("Dora")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("was changed successfully").wait_for(timeout=PATIENCE)


def play(where: House) -> Conference:
    """A morning: a call that is taken, a message, a missed call; two things go on at its end."""
    desk = where.stage.enter("Dora", DESK)
    story.a_call_that_is_taken(where, desk)
    story.a_message(where)
    story.a_missed_call(where, desk)
    conference = a_conference(where)
    hal = where.stage.enter("Hal", "+14155550142")
    hal.dials(MAIN_LINE)
    hal.presses("1")
    desk.rings()
    return conference


def a_conference(where: House) -> Conference:
    """Alice and Bob are in; Carol's phone rings."""
    alice = where.stage.enter("Alice", "+12125550111")
    bob = where.stage.enter("Bob", "+12125550112")
    carol = where.stage.enter("Carol", "+12125550113")
    invited = ((alice, "dial_in"), (bob, "dial_out"), (carol, "dial_out"))
    people = [{"phone_number": p.number, "mode": mode, "name": p.name} for p, mode in invited]
    conference = where.api.opens("Budget", people, LIFE)
    alice.reads_text()
    alice.dials(conference.number)
    alice.presses(conference.code)
    alice.is_in(conference.id)
    bob.answers()
    bob.presses("1")
    bob.is_in(conference.id)
    carol.rings()
    alice.says(2, "Good morning, Bob. Shall we wait for Carol?")
    bob.hears("good morning")
    return conference


def shoot(browser: Browser, where: House, conference: Conference) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "feed": {"viewport": WIDE},
        "feed-dark": {"viewport": WIDE, "color_scheme": "dark"},
        "feed-narrow": {"viewport": NARROW, "device_scale_factor": 2},
    }
    for name, options in kinds.items():
        with opened(browser, **options) as page:
            sign_in(page, where)
            page.locator(".pulse", has_text="as of").wait_for(timeout=PATIENCE)
            keep(page, name, whole=options["viewport"] is WIDE)
    with opened(browser, viewport={"width": 1280, "height": 780}) as page:
        page.goto(where.phones_url)
        page.get_by_text("Shall we wait for Carol?").first.wait_for(timeout=PATIENCE)
        keep(page, "phones")
    with opened(browser, viewport={"width": 1280, "height": 1000}) as page:
        sign_in(page, where)
        page.locator(".conference h2 a").click()
        page.locator(".timeline .entry").first.wait_for(timeout=PATIENCE)
        keep(page, "timeline")
    assert conference.now()["status"] == "live", "the pictures took longer than the conference"


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **options)
    context.add_init_script("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
    yield context.new_page()
    context.close()


def sign_in(page: Page, where: House) -> None:
    page.goto(f"{where.web_url}/admin/login/?next=/admin/activity/")
    page.get_by_label("Username").fill(where.admin["username"])
    page.get_by_label("Password").fill(where.admin["password"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/activity/", timeout=PATIENCE)


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    file = Path(IMAGES, f"{name}.png")
    page.screenshot(path=file, full_page=whole)
    print(f"  {file.relative_to(ROOT)}", flush=True)


if __name__ == "__main__":
    main()
