"""The activity feed in a browser: what people in the office see all day without a click."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from calls import outcomes
from calls.models import Call, Conference, Participant, Voicemail
from calls.states import ConferenceStatus, LegStatus, Mode, VoicemailStatus
from conferencing import tasks
from conferencing.tests.activity.rows import (
    ALICE,
    BOB,
    CAROL,
    GUEST,
    a_call,
    a_forwarded_call,
    a_live_conference,
    a_message,
)
from tests.browser.conftest import FEED, Open

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 15_000  # milliseconds
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""
expect = sync_api.expect
expect.set_options(timeout=PATIENCE)


def row_of(page: "Page", call: Call) -> "Locator":
    return page.locator(f'[data-id="{call.id}"]')


def rows(page: "Page") -> "Locator":
    return page.locator(".row")


def ends(call: Call) -> None:
    call.status, call.ended_at, call.duration = LegStatus.COMPLETED, timezone.now(), 42
    call.outcome = outcomes.outcome(call)
    call.save()


def looks_again(page: "Page") -> None:
    with page.expect_response(re.compile(r"/rows\?"), timeout=PATIENCE):
        pass


def position(page: "Page") -> float:
    return float(page.locator(".player .seek").first.input_value())


def passes(page: "Page", seconds: float) -> None:
    """Until the message is played beyond this second."""
    page.wait_for_function(
        "at => Number(document.querySelector('.player .seek').value) > at",
        arg=seconds,
        timeout=PATIENCE,
    )


# --- Calls come and go --------------------------------------------------------------------------


def test_a_call_appears_ticks_and_ends(opened: Open) -> None:
    page = opened()
    expect(page.locator(".first")).to_contain_text("Dial +1 212-555-0101")

    call = a_call(GUEST, ago=5, lasted=None)
    row = row_of(page, call)
    expect(row).to_contain_text("+1 415-555-0142")
    expect(row).to_contain_text("United States")
    expect(row.locator(".badge")).to_have_text("On the line")
    expect(row.locator(".when")).to_have_text("just now")
    expect(page.locator("#news")).to_have_text("New call from +1 415-555-0142")
    expect(page.locator(".first")).to_be_hidden()
    before = row.locator(".ticking").inner_text()
    expect(row.locator(".ticking")).not_to_have_text(before)

    ends(call)
    expect(row.locator(".badge")).to_have_text("Hung up")
    expect(row.locator(".length")).to_have_text("0:42")
    expect(row.locator(".ticking")).to_have_count(0)


def test_untouched_rows_stay_the_same_nodes_with_their_focus_and_scroll(opened: Open) -> None:
    calls = [a_call(ago=100 + ago) for ago in range(40)]
    page = opened()
    watched = row_of(page, calls[30])
    watched.locator(".open").focus()
    page.evaluate("scrollTo(0, 700); document.querySelectorAll('.row').forEach(r => r.seen = true)")
    new = a_call(GUEST, ago=1)
    expect(row_of(page, new)).to_have_count(1)
    expect(watched.locator(".open")).to_be_focused()
    assert page.evaluate("[...document.querySelectorAll('.row')].filter(r => r.seen).length") == 40
    assert watched.bounding_box() is not None
    assert page.evaluate("scrollY") >= 700


def test_older_calls_stay_while_new_ones_come(opened: Open) -> None:
    for ago in range(70):
        a_call(ago=100 + ago)
    page = opened()
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name="Older calls").click()
    expect(rows(page)).to_have_count(70)
    expect(page.get_by_role("link", name="Older calls")).to_be_hidden()
    a_call(GUEST, ago=1)
    expect(rows(page)).to_have_count(71)
    keys = page.evaluate("[...document.querySelectorAll('.row')].map(r => r.dataset.id)")
    assert keys == sorted(keys, reverse=True)


def test_a_live_call_far_down_still_ends(opened: Open) -> None:
    live = a_call(GUEST, ago=500, lasted=None)
    for ago in range(60):
        a_call(ago=100 + ago)
    page = opened()
    page.get_by_role("link", name="Older calls").click()
    expect(row_of(page, live).locator(".ticking")).to_have_count(1)
    ends(live)
    expect(row_of(page, live).locator(".badge")).to_have_text("Hung up")


def test_it_says_that_it_lost_the_server_and_recovers(opened: Open) -> None:
    page = opened()
    pulse = page.locator(".pulse")
    expect(pulse).to_contain_text("as of")
    page.route("**/rows?*", lambda route: route.abort())
    expect(pulse).to_contain_text("The server cannot be reached")
    expect(page.locator("#feed")).to_have_class("lost")
    page.unroute("**/rows?*")
    call = a_call()
    expect(row_of(page, call)).to_have_count(1)
    expect(pulse).not_to_contain_text("reached")


def test_whoever_is_signed_out_is_told_so(opened: Open, user: User) -> None:
    page = opened()
    page.context.clear_cookies()
    expect(page.locator(".pulse")).to_contain_text("You are signed out")


def test_a_hidden_tab_does_not_ask(opened: Open) -> None:
    page = opened()
    page.clock.install()
    page.reload()
    expect(page.locator(".pulse")).to_contain_text("as of")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(f"({HIDE})(true)")
    page.clock.run_for(10_000)
    assert asked == []
    call = a_call()
    page.evaluate(f"({HIDE})(false)")
    expect(row_of(page, call)).to_have_count(1)


# --- Messages -----------------------------------------------------------------------------------


def test_a_message_is_played_past_its_middle_while_rows_arrive(opened: Open) -> None:
    message = a_message(seconds=8)
    page = opened()
    row = row_of(page, message.call)
    expect(row.locator(".dot")).to_have_count(1)
    row.get_by_role("button", name=re.compile("^Play the message")).click()
    expect(row.locator(".player")).to_have_class(re.compile("playing"))
    expect(row.locator(".dot")).to_have_count(0)

    for number in (ALICE, BOB, CAROL):
        new = a_call(number, ago=1)
        expect(row_of(page, new)).to_have_count(1)
        expect(row.locator(".player")).to_have_class(re.compile("playing"))
    passes(page, 4.2)
    heard = Voicemail.objects.get()
    assert heard.heard_at
    assert heard.heard_by.username == "chief"

    row.get_by_role("button", name=re.compile("^Pause the message")).click()
    expect(row.locator(".player")).not_to_have_class(re.compile("playing"))


def test_a_long_message_is_sought_through_ranges(opened: Open) -> None:
    message = a_message(seconds=900)  # 14 MB: no browser fetches it whole before it seeks
    page = opened()
    parts: list[tuple[str, int]] = []

    def note(response: Any) -> None:
        if response.url.endswith("/audio"):
            parts.append((response.request.all_headers().get("range", ""), response.status))

    page.on("response", note)
    row = row_of(page, message.call)
    seek = row.get_by_role("slider")
    row.get_by_role("button", name=re.compile("^Play")).click()
    passes(page, 0.2)
    box = seek.bounding_box()
    assert box
    seek.click(position={"x": box["width"] * 0.9, "y": box["height"] / 2})
    passes(page, 780)
    at = position(page)
    assert at < 860
    passes(page, at + 0.5)
    assert {status for _, status in parts} == {206}
    assert any(int(re.findall(r"\d+", asked)[0]) > 5_000_000 for asked, _ in parts if asked)


def test_a_message_can_be_sought_before_it_is_played_and_sped_up(opened: Open) -> None:
    message = a_message(seconds=20)
    page = opened()
    row = row_of(page, message.call)
    row.get_by_role("slider").focus()
    page.keyboard.press("End")
    expect(row.locator(".position")).to_have_text("0:20 / 0:20")
    page.keyboard.press("Home")
    speed = row.locator(".speed")
    for shown in ("1.25", "1.5", "2"):
        speed.click()
        expect(speed).to_have_text(f"{shown}\N{MULTIPLICATION SIGN}")
    row.locator(".play").click()
    passes(page, 2)
    page.reload()
    expect(row.locator(".speed")).to_have_text("2\N{MULTIPLICATION SIGN}")  # it is remembered


def test_a_message_that_is_played_stays_although_it_is_not_unheard_any_more(opened: Open) -> None:
    message = a_message(seconds=6)
    page = opened(f"{FEED}?unheard=on")
    row = row_of(page, message.call)
    row.locator(".play").click()
    passes(page, 2)
    row.locator(".play").click()
    looks_again(page)
    looks_again(page)
    expect(row).to_have_count(1)  # it only pauses
    row.locator(".play").click()
    expect(row).to_have_count(0)  # it is over


def test_messages_that_cannot_be_played_say_why(opened: Open) -> None:
    fetching = a_message(ago=50, status=VoicemailStatus.FETCHING)
    lost = a_message(ago=40, status=VoicemailStatus.LOST)
    absent = a_message(ago=30, status=VoicemailStatus.ABSENT)
    page = opened()
    expect(row_of(page, fetching.call)).to_contain_text("the audio is being fetched")
    expect(row_of(page, lost.call)).to_contain_text("the audio was lost")
    expect(row_of(page, absent.call)).to_contain_text("no message")
    expect(page.locator(".player")).to_have_count(0)


# --- Filters ------------------------------------------------------------------------------------


def test_filters_stay_in_the_address(opened: Open) -> None:
    over, live = a_call(ALICE, ago=50), a_call(BOB, ago=40, lasted=None)
    page = opened()
    page.get_by_label("Outcome").select_option("Live")
    expect(row_of(page, over)).to_have_count(0)
    expect(row_of(page, live)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?outcome=live$"))
    page.reload()
    expect(page.get_by_label("Outcome")).to_have_value("live")
    expect(rows(page)).to_have_count(1)

    page.get_by_label("Search").fill("212 555 0111")
    expect(page.locator(".nothing")).to_be_visible()
    expect(page).to_have_url(re.compile(r"outcome=live"))
    expect(page).to_have_url(re.compile(r"q=212"))
    expect(page.locator(".csv")).to_have_attribute("href", re.compile(r"outcome=live"))

    page.get_by_role("link", name="Clear", exact=True).click()
    expect(rows(page)).to_have_count(2)
    page.go_back()
    expect(page.get_by_label("Outcome")).to_have_value("live")
    expect(page).to_have_url(re.compile(r"outcome=live"))


def test_a_filtered_feed_goes_on(opened: Open) -> None:
    page = opened(f"{FEED}?outcome=live")
    a_call(ALICE, ago=9)
    live = a_call(BOB, ago=5, lasted=None)
    expect(rows(page)).to_have_count(1)
    ends(live)
    expect(rows(page)).to_have_count(0)
    expect(page.locator(".nothing")).to_be_visible()


def test_days_and_unheard(opened: Open) -> None:
    a_call(ago=100)
    message = a_message(ago=50, seconds=1)
    page = opened()
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    page.get_by_label("From").fill(today)
    expect(page).to_have_url(re.compile(rf"since={today}&tz="))
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Unheard only").check()
    expect(rows(page)).to_have_count(1)
    expect(row_of(page, message.call)).to_have_count(1)


# --- Conferences --------------------------------------------------------------------------------


def test_a_conference_is_ended(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    nudged: list[str] = []
    monkeypatch.setattr(tasks.work, "apply_async", lambda args, **_: nudged.extend(args))
    page = opened()
    conference = a_live_conference()
    strip = page.locator(".conference")
    expect(strip).to_contain_text("Monday stand-up")
    expect(strip).to_contain_text(re.compile(r"Alice Brown\s+in the room, 1:\d\d"))
    expect(strip).to_contain_text(re.compile(r"3:\d\d left"))
    strip.get_by_role("button", name="End").click()
    page.get_by_role("button", name="Leave it").click()
    assert Conference.objects.get().status == ConferenceStatus.LIVE
    strip.get_by_role("button", name="End").click()
    page.get_by_role("button", name="End for everybody").click()
    expect(strip).to_contain_text("is ending")
    expect(strip.get_by_role("button")).to_have_count(0)
    assert Conference.objects.get(id=conference.id).end_reason == "ended_by_user"
    assert nudged == ["ending"]


def test_a_conference_is_run_from_its_line_by_keyboard(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.work, "apply_async", lambda *_, **__: None)
    conference = a_live_conference()
    page = opened()
    strip = page.locator(".conference")
    expect(strip.locator(".countdown")).to_have_text(re.compile(r"^[23]:\d\d"))
    strip.get_by_role("link", name="Monday stand-up").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_text("It lasts 5 min longer.")
    expect(strip.locator(".countdown")).to_have_text(re.compile(r"^[78]:\d\d"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_text("2 people are being muted.")
    expect(strip.locator(".person").first).to_contain_text("being muted …")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(strip.locator(".shut")).to_have_text("locked")
    expect(strip.get_by_role("button", name="Unlock")).to_be_focused()
    page.route("**/rows?*", lambda route: route.abort())  # so that the button is still there
    Conference.objects.filter(id=conference.id).update(status=ConferenceStatus.ENDING)
    page.keyboard.press("Enter")
    expect(page.locator(".reply .not-done")).to_have_text("The conference is over.")


class TestViewer:
    """Somebody who may look at everything, and change nothing."""

    @pytest.fixture
    def user(self, transactional_db: None) -> User:
        user = User.objects.create_user("viewer", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        return user

    def test_has_no_buttons_that_change_anything(self, opened: Open) -> None:
        a_live_conference()
        message = a_message(seconds=2)
        page = opened()
        expect(page.locator(".conference")).to_contain_text("Monday stand-up")
        expect(page.get_by_role("button", name="End")).to_have_count(0)
        posted: list[str] = []
        page.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" else 0)
        row = row_of(page, message.call)
        row.locator(".play").click()
        passes(page, 1)
        expect(row.locator(".dot")).to_have_count(1)
        assert posted == []


# --- The page itself ----------------------------------------------------------------------------


def test_a_click_opens_the_timeline_and_escape_closes_it(opened: Open) -> None:
    call = a_forwarded_call(GUEST)
    page = opened()
    row_of(page, call).locator(".line").click()
    drawer = page.locator("#timeline")
    expect(drawer).to_contain_text("Taken by Bob Miller")
    expect(drawer.locator(".timeline")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_it_can_be_used_with_the_keyboard(opened: Open) -> None:
    message, call = a_message(ago=50, seconds=9), a_call(GUEST, ago=10)
    page = opened()
    row_of(page, call).locator(".open").focus()
    page.keyboard.press("ArrowDown")
    expect(row_of(page, message.call).locator(".open")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".player")).to_have_class(re.compile("playing"))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider")).to_be_focused()
    page.keyboard.press("ArrowRight")
    row_of(page, call).locator(".open").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("+1 415-555-0142")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 400, 800, 1400])
def test_no_page_is_wider_than_its_window(opened: Open, width: int, scheme: str) -> None:
    long = "Bartholomew Featherstonehaugh-Cholmondeley of the Very Long Names Department"
    conference = a_live_conference(f"A conference about {long}")
    columns = {"phone_number": GUEST, "name": long, "mode": Mode.DIAL_OUT}
    Participant.objects.create(conference=conference, **columns)
    a_call("a" * 64, ago=60)
    a_message(GUEST, ago=30, seconds=5, transcription="word" * 60)
    a_call(GUEST, ago=9, lasted=None)
    page = opened(viewport={"width": width, "height": 800}, color_scheme=scheme)
    expect(rows(page)).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
    assert dark == (scheme == "dark")
    page.locator(".row").first.locator(".line, .who").first.click()
    expect(page.locator("#timeline .timeline")).to_be_visible()
    assert page.evaluate("document.querySelector('#timeline').scrollWidth") <= width


def test_names_of_strangers_are_text(opened: Open) -> None:
    nasty = "<img src=x onerror='document.title=1'>"
    page = opened()
    conference = a_live_conference(nasty)
    Participant.objects.update(name=nasty)
    call = a_call(nasty, ago=1)
    expect(row_of(page, call)).to_contain_text(nasty)
    expect(page.locator(".conference")).to_contain_text(nasty)
    row_of(page, call).locator(".open").click()
    expect(page.locator("#timeline")).to_contain_text(nasty)
    assert page.locator("img").count() == 0
    assert "Activity" in page.title()
    assert conference.id
