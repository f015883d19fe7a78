"""The control desk in a browser: it lives, it is worked by hand or by keyboard, on any screen."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from pytest_django import Settings

from calls.models import Call, Conference, Participant
from calls.states import ParticipantStatus
from conferencing import announcing, conferences, locking, tasks, telephony
from conferencing.tests.admin.pages import ledger_of, page_of
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    DORA,
    called,
    hangs_up,
    invited,
    leg_of,
    now,
    person,
    takes_part,
    texted,
    work,
)
from tests.browser.conftest import Open

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 15_000  # milliseconds
LONG = 'Bartholomew "🎉" Featherstonehaugh-Cholmondeley-of-the-Very-Long-Names-Department O\'Hara'
NASTY = "<img src=x onerror='document.title=1'>"
IS_FOCUSED = """name => {
    const { ariaLabel, textContent, labels } = document.activeElement;
    return [ariaLabel, textContent.trim(), labels?.[0]?.textContent].includes(name);
}"""
LINES = """element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map(line => line.top)).size;
}"""
expect = sync_api.expect
expect.set_options(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def _paper(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A telephone network on paper, and workers that come only when the test says so."""
    settings.TELEPHONY_GATEWAY = "conferencing.tests.network.PaperNetwork"
    settings.CALLS_PER_SECOND = 1000
    telephony.network.cache_clear()
    monkeypatch.setattr(tasks.work, "apply_async", lambda *_, **__: None)
    yield
    telephony.network.cache_clear()


def a_talk(anna: str = "Anna") -> Conference:
    """Anna and Bert are in, Carl was texted, Dora is being called."""
    people = called(ANNA, name=anna), called(BERT, name="Bert"), texted(CARL, name="Carl")
    conference = invited(*people, called(DORA, name="Dora"), name="Planning")
    for number in (ANNA, BERT):
        takes_part(leg_of(person(conference, number)))
    return now(conference)


def row_of(page: "Page", who: Participant) -> "Locator":
    return page.locator(f'tr[data-id="{who.id}"]')


def is_muted(who: Participant) -> None:
    """As the network's word would have it."""
    Call.objects.filter(id=leg_of(who).id).update(muted=True)
    Participant.objects.filter(id=who.id).update(muted=True)


def looks_again(page: "Page") -> None:
    with page.expect_response(re.compile(r"/live/$"), timeout=PATIENCE):
        pass


# --- It lives -----------------------------------------------------------------------------------


def test_people_come_and_go_before_ones_eyes(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference))
    dora = person(conference, DORA)
    expect(row_of(page, dora)).to_contain_text("being called")
    takes_part(leg_of(dora))
    expect(row_of(page, dora).locator(".badge.joined")).to_have_text("in the room")
    expect(page.locator("#timeline")).to_contain_text(re.compile(r"Dora\s+Came into the room"))
    talked = row_of(page, dora).locator(".talked .ticking")
    before = talked.inner_text()
    expect(talked).not_to_have_text(before)
    left = page.locator(".countdown")
    expect(left).to_have_text(re.compile(r"4:\d\d"))
    hangs_up(leg_of(dora))
    expect(row_of(page, dora).locator(".badge.left")).to_have_text("left")


def test_typed_words_focus_and_scroll_outlive_what_happens_meanwhile(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference), viewport={"width": 1000, "height": 500})
    anna, dora = person(conference, ANNA), person(conference, DORA)
    page.get_by_label("Announce").fill("Half a sen")
    row = row_of(page, anna)
    row.get_by_text("More").click()
    to_one = row.get_by_label("Say to Anna")
    to_one.press_sequentially("Speak ")
    page.evaluate("scrollTo(0, 120)")

    takes_part(leg_of(dora))
    expect(row_of(page, dora)).to_contain_text("in the room")

    assert page.evaluate("scrollY") == 120
    expect(to_one).to_be_focused()
    page.keyboard.type("up")
    expect(to_one).to_have_value("Speak up")
    expect(page.get_by_label("Announce")).to_have_value("Half a sen")


def test_it_says_that_it_lost_the_server_and_recovers(opened: Open) -> None:
    page = opened(page_of(a_talk()))
    expect(page.locator(".pulse")).to_contain_text("as of")
    page.route("**/live/", lambda route: route.abort())
    expect(page.locator(".pulse")).to_contain_text("The server cannot be reached")
    page.get_by_role("button", name="Mute all", exact=True).click()
    expect(page.locator("#reply")).to_have_text("2 people are being muted.")
    page.unroute("**/live/")
    expect(page.locator(".pulse")).not_to_contain_text("reached")


def test_after_the_end_it_looks_no_more(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference))
    conferences.end_by_request(conference.id, by="somebody else")
    expect(page.locator(".desk-head")).to_contain_text("ending")
    expect(page.locator(".live button")).to_have_count(0)
    work()
    for leg in conference.legs.all():
        hangs_up(leg)
    expect(page.locator(".desk-head")).to_contain_text("ended: somebody ended it")
    expect(page.locator(".facts")).to_contain_text("somebody else")
    expect(page.locator(".pulse")).to_be_hidden()


# --- It is worked -------------------------------------------------------------------------------


def test_a_mute_is_asked_then_done_and_the_button_keeps_the_focus(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference))
    anna = person(conference, ANNA)
    row = row_of(page, anna)
    row.get_by_role("button", name="Mute Anna").click()
    expect(page.locator("#reply")).to_have_text("Anna is being muted.")
    expect(row.locator(".asked")).to_have_text("being muted …")
    expect(row.get_by_role("button", name="Unmute Anna")).to_be_focused()
    work()
    is_muted(anna)
    expect(row.locator(".is-muted")).to_have_text("muted")
    expect(row.locator(".asked")).to_have_count(0)


def test_pressed_twice_it_is_asked_once(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference))
    page.get_by_role("button", name="+5 min").dblclick()
    expect(page.locator("#reply")).to_have_text("It lasts 5 min longer.")
    looks_again(page)
    assert (now(conference).ends_at - conference.ends_at).total_seconds() == 300


def test_a_command_that_comes_too_late_says_so(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference))
    anna = person(conference, ANNA)
    page.route("**/live/", lambda route: route.abort())
    hold = row_of(page, anna).get_by_role("button", name="Hold Anna")
    hangs_up(leg_of(anna))
    hold.click()
    expect(page.locator("#reply .not-done")).to_have_text("Anna is not in the room.")


def test_it_is_worked_by_keyboard_alone(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference))
    page.locator(".to-ledger").focus()

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(IS_FOCUSED, name):
                return
        pytest.fail(f"{name} is not reached by Tab")

    tab_to("+5 min")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_text("It lasts 5 min longer.")
    expect(page.locator(".countdown")).to_have_text(re.compile(r"^9:\d\d"))
    tab_to("Announce")
    page.keyboard.type('Coffee at "ten" 🎉')
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text('Coffee at "ten" 🎉')
    expect(page.get_by_label("Announce")).to_have_value("")
    tab_to("Lock")
    page.keyboard.type("All here")
    page.keyboard.press("Enter")
    expect(page.locator(".shut")).to_have_text("locked: All here")
    tab_to("Hang up Bert")
    page.keyboard.press("Space")
    expect(row_of(page, person(conference, BERT))).to_contain_text("being hung up …")
    tab_to("More for Bert")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Robert")
    page.keyboard.press("Enter")
    expect(row_of(page, person(conference, BERT)).locator("a")).to_have_text("Robert")


def test_somebody_is_added_and_ended_for_all_after_a_question(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference))
    page.get_by_placeholder("Phone number").fill("12")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#reply")).to_contain_text("is not a phone number")
    expect(page.get_by_placeholder("Phone number")).to_have_value("12")
    page.get_by_placeholder("Phone number").fill("(212) 555-0140")
    page.get_by_label("Name", exact=True).fill("Emil")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#people")).to_contain_text("Emil")
    expect(page.get_by_placeholder("Phone number")).to_have_value("")
    emil = person(conference, "+12125550140")
    row_of(page, emil).get_by_role("button", name="Withdraw Emil").click()
    expect(row_of(page, emil)).to_contain_text("canceled")
    expect(row_of(page, emil).get_by_role("button", name="Call again: Emil")).to_be_focused()

    page.get_by_role("button", name="End for everybody").click()
    page.get_by_role("button", name="Leave it").click()
    assert now(conference).status == "live"
    page.get_by_role("button", name="End for everybody").click()
    page.locator("#really").get_by_role("button", name="End for everybody").click()
    expect(page.locator("#reply")).to_contain_text("is being ended")
    assert now(conference).ended_by == "chief"


def test_it_works_without_scripts(opened: Open) -> None:
    conference = a_talk()
    page = opened(page_of(conference), java_script_enabled=False)
    anna = person(conference, ANNA)
    row_of(page, anna).get_by_role("button", name="Mute Anna").click()
    expect(page.locator(".messagelist")).to_contain_text("Anna is being muted.")
    expect(row_of(page, anna)).to_contain_text("being muted …")
    page.get_by_label("Announce").fill("Hello")
    page.get_by_role("button", name="Announce").click()
    expect(page.locator("#said")).to_contain_text("Hello")
    page.get_by_role("button", name="+1 min").click()
    expect(page.locator(".messagelist")).to_contain_text("1 min longer")
    expect(page.locator(".countdown")).to_contain_text("min")
    page.get_by_role("button", name="End for everybody").click()
    expect(page.locator(".desk-head")).to_contain_text("ending")


class TestViewer:
    """Somebody who may look at everything, and change nothing."""

    @pytest.fixture
    def user(self, transactional_db: None) -> User:
        user = User.objects.create_user("viewer", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        return user

    def test_sees_it_live_and_has_no_buttons(self, opened: Open) -> None:
        conference = a_talk()
        page = opened(page_of(conference))
        dora = person(conference, DORA)
        takes_part(leg_of(dora))
        expect(row_of(page, dora)).to_contain_text("in the room")
        expect(page.locator(".desk button")).to_have_count(0)
        expect(page.locator(".desk input")).to_have_count(0)
        expect(page.locator(".desk details")).to_have_count(0)


# --- The page itself ----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 400, 800, 1400])
def test_no_page_is_wider_than_its_window(opened: Open, width: int, scheme: str) -> None:
    conference = a_talk(anna=LONG)
    Conference.objects.filter(id=conference.id).update(name=LONG)
    announcing.announce(conference.id, "word" * 60, by="chief")
    locking.lock(conference.id, by="chief", reason="reason" * 30)
    screen = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    page = opened(page_of(conference), **screen)
    expect(page.locator(".pulse")).to_contain_text("as of")
    for more in page.get_by_text("More").all():
        more.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
    assert dark == (scheme == "dark")
    page.goto(ledger_of(conference))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [400, 1400])
def test_in_the_ledger_no_short_word_is_broken_beside_a_long_one(opened: Open, width: int) -> None:
    conference = a_talk()
    announcing.announce(conference.id, "word" * 60, by="chief")
    page = opened(ledger_of(conference), viewport={"width": width, "height": 800})
    said = page.locator("tr", has_text="wordword")
    for short in ("all", "chief", "to be said"):
        assert said.get_by_role("cell", name=short).evaluate(LINES) == 1, short


def test_on_paper_the_ledger_is_light_and_has_no_buttons(opened: Open) -> None:
    page = opened(ledger_of(a_talk()), color_scheme="dark")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    for gone in ("#header", ".breadcrumbs", ".ways", ".theme-toggle"):
        for each in page.locator(gone).all():
            expect(each).to_be_hidden()
    expect(page.locator("button:visible")).to_have_count(0)
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    expect(page.locator(".ledger")).to_contain_text("Anna")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_ends_it_can_be_read_in_the_question_as_on_the_desk(opened: Open, scheme: str) -> None:
    page = opened(page_of(a_talk()), color_scheme=scheme)
    on_desk = page.get_by_role("button", name="End for everybody")
    color = on_desk.evaluate("element => getComputedStyle(element).color")
    on_desk.click()
    button = page.locator("#really .grave")
    assert button.evaluate("element => getComputedStyle(element).color") == color
    button.hover()
    assert button.evaluate("element => getComputedStyle(element).backgroundColor") == color


def test_names_of_strangers_are_text(opened: Open) -> None:
    conference = a_talk(anna=NASTY)
    page = opened(page_of(conference))
    anna = person(conference, ANNA)
    row_of(page, anna).get_by_role("button", name=f"Mute {NASTY}").click()
    expect(page.locator("#reply")).to_contain_text(NASTY)
    looks_again(page)
    expect(row_of(page, anna)).to_contain_text(NASTY)
    page.get_by_role("button", name="End for everybody").click()
    expect(page.locator("#really")).to_be_visible()
    assert page.locator("img").count() == 0
    assert page.title() != "1"
    assert now(anna).status == ParticipantStatus.JOINED
