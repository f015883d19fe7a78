"""The phones page in a browser, against the real network: ring, answer, keypad, captions, inbox."""

import os
import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from localtwilio.exchange.sound import samples_of
from localtwilio.tests.support.application import Application, Request, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, TOKEN, Network

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
A_MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing = "Chromium is missing: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*FLAGS, *A_MICROPHONE])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: "Browser", network: Network, alice: Handset, bob: Handset) -> Iterator["Page"]:
    """The page with Alice's and Bob's handsets on it; any error of its script fails the test."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.add_init_script(
        "localStorage.getItem('localtwilio.phones') || localStorage.setItem('localtwilio.phones', "
        f"JSON.stringify({{labels: {{'{alice.number}': 'Alice', '{bob.number}': 'Bob'}}, "
        f"shown: ['{alice.number}', '{bob.number}', '+12135550111', '+12135550112', "
        "'+12135550113', '+12135550114', '+12135550115', '+12135550116']}))"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(network.url)
    yield page
    context.close()
    assert errors == []


def handset(page: "Page", name: str) -> "Locator":
    return page.get_by_role("group", name=re.compile(f"^{name},"))


def sees(locator: "Locator", words: str) -> None:
    playwright.expect(locator).to_contain_text(words, timeout=10_000)


def test_three_handsets_stand_there_from_the_start(browser: "Browser", network: Network) -> None:
    """Alice, Bob and Carol, before anything was typed."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(network.url)
    for name in ("Alice", "Bob", "Carol"):
        sees(handset(page, name).locator(".state"), "Idle")
    context.close()


def test_a_call_is_answered_and_a_key_pressed(
    page: "Page", network: Network, app: Application
) -> None:
    """Bob's handset rings; he answers, reads the question, presses 1 on the keyboard."""
    app.answers(
        "/voice",
        f"<Gather timeout='800' numDigits='1' action='{app.url('/d')}'><Say>Press 1</Say></Gather>",
    )
    app.answers("/d", "<Say>Thank you</Say>")
    bob = handset(page, "Bob")
    number = "+" + re.sub(r"\D", "", bob.locator(".number").inner_text())
    network.rest.calls.create(to=number, from_="+12125550100", url=app.url("/voice"))
    bob.get_by_role("button", name="Answer").click()
    sees(bob.locator(".captions"), "Press 1")
    bob.focus()
    page.keyboard.press("1")
    assert app.request("/d")["Digits"] == "1"
    sees(bob.locator(".captions"), "Thank you")
    sees(bob.locator(".state"), "Idle")


def test_a_text_dials_with_its_code(
    page: "Page", network: Network, app: Application, line: str, alice: Handset
) -> None:
    """One tap on `+1…,,0427#` in a text dials and presses the digits when they are asked for."""
    app.answers("/voice", f"<Say>Welcome</Say><Gather timeout='800' action='{app.url('/d')}'/>")
    app.answers("/d", "<Say>You are in</Say>")
    body = f"<b>Budget</b>: tap {line},,0427#"
    network.rest.messages.create(to=alice.number, from_=line, body=body)
    phone = handset(page, "Alice")
    sees(phone.locator(".inbox"), "<b>Budget</b>")
    phone.get_by_role("button", name="and press 0427#").click()
    assert app.request("/d")["Digits"] == "0427"
    sees(phone.locator(".captions"), "You are in")


def test_a_message_is_spoken(page: "Page", app: Application, line: str, alice: Handset) -> None:
    """While a message is recorded there is a field to say something."""
    app.answers("/voice", f"<Record timeout='800' action='{app.url('/done')}'/>")
    app.answers("/done", "<Hangup/>")
    phone = handset(page, "Alice")
    phone.get_by_label("Number to dial").fill(line)
    phone.get_by_role("button", name="Call", exact=True).click()
    phone.get_by_placeholder("What you say").fill("Call me back")
    phone.get_by_role("button", name="Speak").click()
    phone.get_by_role("button", name="Hang up").click()
    assert app.request("/done")["Digits"] == "hangup"


def test_the_microphone_is_what_is_recorded(
    page: "Page", network: Network, app: Application, line: str
) -> None:
    """The browser's microphone, here one that beeps, in pieces while somebody speaks."""
    app.answers("/voice", f"<Record timeout='800' action='{app.url('/done')}'/>")
    app.answers("/done", "<Hangup/>")
    phone = handset(page, "Alice")
    phone.get_by_label("Number to dial").fill(line)
    phone.get_by_role("button", name="Call", exact=True).click()
    with page.expect_request("**/speak?**"), page.expect_request("**/speak?**"):
        phone.get_by_role("button", name="Microphone").click()
    sees(phone.locator(".captions .mine"), "(your voice)")
    phone.get_by_role("button", name="Microphone").click()
    phone.get_by_role("button", name="Hang up").click()
    sid = app.request("/done")["RecordingSid"]
    until(lambda: network.rest.recordings(sid).fetch().status == "completed", "it is kept")
    account = f"{network.url}/2010-04-01/Accounts/{ACCOUNT}"
    media = httpx.get(f"{account}/Recordings/{sid}.wav", auth=(ACCOUNT, TOKEN))
    assert any(samples_of(media.content))


def test_a_forwarded_call(page: "Page", app: Application, line: str, bob: Handset) -> None:
    """Bob's phone rings, whispers, and is put through by a key; then both read what is said."""
    app.answers("/voice", f"<Dial><Number url='{app.url('/whisper')}'>{bob.number}</Number></Dial>")
    app.answers(
        "/whisper",
        f"<Gather timeout='800' numDigits='1' action='{app.url('/take')}'>"
        "<Say>A call for you. To take it, press 1</Say></Gather>",
    )
    app.answers("/take", "")
    caller, callee = handset(page, "Alice"), handset(page, "Bob")
    caller.get_by_label("Number to dial").fill(line)
    caller.get_by_role("button", name="Call", exact=True).click()
    callee.get_by_role("button", name="Answer").click()
    sees(callee.locator(".captions"), "To take it, press 1")
    callee.get_by_role("button", name="1", exact=True).click()
    sees(callee.locator(".hint"), "You talk with Alice")
    caller.get_by_placeholder("What you say").fill("Do you repair violins?")
    caller.get_by_role("button", name="Speak").click()
    sees(caller.locator(".captions .mine"), "violins")
    sees(callee.locator(".captions"), "violins")


def test_it_says_that_the_network_is_gone(page: "Page") -> None:
    """A banner while the network does not answer, and none when it is back."""
    lost = page.get_by_text("The telephone network does not answer")
    page.route("**/phones*", lambda route: route.abort())
    playwright.expect(lost).to_be_visible()
    page.unroute("**/phones*")
    playwright.expect(lost).to_be_hidden()


def test_a_refused_move_is_said_in_words(page: "Page") -> None:
    """A number that cannot be dialled: a sentence at that handset, and nothing is lost."""
    phone = handset(page, "Alice")
    phone.get_by_label("Number to dial").fill("12")
    phone.get_by_role("button", name="Call", exact=True).click()
    sees(phone.get_by_role("alert"), "Type a number")


def test_quiet_seconds_change_nothing(page: "Page") -> None:
    """Polling patches only what changed: no flicker, no lost focus."""
    sees(handset(page, "Alice").locator(".state"), "Idle")
    handset(page, "Alice").get_by_label("Number to dial").focus()
    changes = page.evaluate(
        """async () => {
            const before = performance.getEntriesByType('resource').length;
            let changes = 0;
            new MutationObserver((seen) => { changes += seen.length; }).observe(
                document.body, {subtree: true, childList: true, attributes: true});
            const polls = () => performance.getEntriesByType('resource').length - before;
            while (polls() < 3) await new Promise((go) => setTimeout(go, 50));
            return [changes, document.activeElement.name];
        }"""
    )
    assert changes == [0, "to"]


@pytest.mark.parametrize("width", [400, 1400])
def test_it_fits(page: "Page", network: Network, alice: Handset, width: int) -> None:
    """Nothing is wider than the screen, with long names and long words too."""
    network.rest.messages.create(to=alice.number, from_="+12125550100", body="w" * 300)
    network.call(alice, twiml=twiml(f"<Say>{'x' * 300}</Say><Pause length='600'/>"))
    alice.answers()
    phone = handset(page, "Alice")
    sees(phone.locator(".captions"), "xxx")
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_a_conversation_in_a_room(page: "Page", app: Application, line: str, room: str) -> None:
    """Both in the room: what one says is the other's caption."""

    def document(request: Request) -> str:
        return f"<Dial><Conference>{room}</Conference></Dial>"

    app.answers("/voice", document)
    for name in ("Alice", "Bob"):
        phone = handset(page, name)
        phone.locator(".lines button").first.click()
        sees(phone.locator(".hint"), room)
    handset(page, "Alice").get_by_placeholder("What you say").fill("Hello Bob")
    handset(page, "Alice").get_by_role("button", name="Speak").click()
    sees(handset(page, "Bob").locator(".captions"), "Hello Bob")
