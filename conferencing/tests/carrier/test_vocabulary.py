"""Twilio's words and codes in ours."""

import pytest
from pytest_django import Settings

from conferencing.carrier import vocabulary

# Those that a request for a text or a call may be refused with, or that it may fail with later.
REFUSED = [
    "20001",
    "20003",
    "20004",
    "20005",
    "20006",
    "20008",
    "20009",
    "20404",
    "21201",
    "21205",
    "21206",
    "21208",
    "21209",
    "21210",
    "21211",
    "21212",
    "21213",
    "21214",
    "21215",
    "21216",
    "21217",
    "21218",
    "21219",
    "21220",
    "21408",
    "21601",
    "21602",
    "21603",
    "21604",
    "21605",
    "21606",
    "21608",
    "21609",
    "21610",
    "21611",
    "21612",
    "21614",
    "21617",
    "21703",
    "21704",
    "22005",
    "16003",
    "16020",
    "16021",
    "16022",
    "16024",
    "16026",
]
NOT_DELIVERED = "30001 30002 30003 30004 30005 30006 30007 30008 30009 30010 30022 30032 30034"


@pytest.mark.parametrize("code", REFUSED)
def test_each_refusal_has_a_sentence_of_its_own(code: str) -> None:
    _is_a_sentence(vocabulary.refusal(code, "Unable to create record"))


@pytest.mark.parametrize("code", NOT_DELIVERED.split())
def test_each_failed_delivery_has_a_sentence_of_its_own(code: str) -> None:
    _is_a_sentence(vocabulary.delivery_failure(code))


def _is_a_sentence(text: str) -> None:
    assert text.endswith(".")
    assert text[0].isupper()
    assert "Unable to create record" not in text
    assert "no reason given" not in text


def test_of_an_unknown_code_twilios_message_is_kept() -> None:
    assert (
        vocabulary.refusal("29999", "Moon in the way")
        == "Twilio refused it (29999): Moon in the way"
    )
    assert "no reason given" in vocabulary.refusal("29999", "")
    assert vocabulary.delivery_failure("39999", "Lost") == "It failed at Twilio (39999): Lost"


def test_secrets_and_codes_are_struck_out_of_it(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKENS = ("hunter2",)
    settings.TWILIO_API_KEY_SECRET = "hunter3"
    told = vocabulary.refusal("29999", "hunter2/hunter3: Your code is 4711\nor +12125550100")
    assert told == "Twilio refused it (29999): ****/****: Your code is **** or +12125550100"


def test_a_message_is_cut_to_what_people_read() -> None:
    assert len(vocabulary.tame("x" * 5_000)) == 300
