"""Twilio asks what is to be said into a room: whatever people wrote, it is one sentence."""

import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import pytest

from calls.models import Announcement
from calls.tests import rows
from conferencing.carrier import links
from conferencing.tests.carrier.conftest import Twilio, recorded

pytestmark = pytest.mark.django_db

NASTY = '<Hangup/> & "quotes" \x07\ufffe\u202e ]]> '


def asks(twilio: Twilio, announcement_id: str) -> ET.Element:
    path = urlsplit(links.announcement(announcement_id)).path
    answer = twilio.post(path, recorded("redirect"))
    assert answer.status_code == 200
    return ET.fromstring(answer.content)


def written(text: str) -> str:
    return Announcement.objects.create(conference=rows.a_conference(), text=text).id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("""Anna "the boss" O'Neil & 🎉 Привет""", """Anna "the boss" O'Neil & 🎉 Привет"""),
        (NASTY, '<Hangup/> & "quotes" ]]>'),
        ("x" * 500, "x" * 500),
    ],
    ids=["quotes and emoji", "nasty", "long"],
)
def test_it_is_one_sentence(twilio: Twilio, text: str, said: str) -> None:
    response = asks(twilio, written(text))

    assert [verb.tag for verb in response] == ["Say"]
    assert " ".join((response[0].text or "").split()) == said


def test_nobody_else_may_ask(twilio: Twilio) -> None:
    path = urlsplit(links.announcement(written("Secret"))).path

    answer = twilio.post(path, recorded("redirect"), token="another")

    assert answer.status_code == 403
    assert b"Secret" not in answer.content


def test_of_one_that_does_not_exist_the_room_hears_nothing(twilio: Twilio) -> None:
    assert len(asks(twilio, "ann_unknown")) == 0
