"""Twilio's side of a leg, which does what our TwiML says."""

import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

from conferencing.tests.carrier.conftest import Twilio, recorded


class Leg:
    """Twilio's side of one leg: it asks where the last TwiML told it to, and does as it says."""

    def __init__(self, twilio: Twilio, form: str) -> None:
        self._twilio = twilio
        self._form = form
        self.twiml = ET.Element("Response")
        self.urls: list[str] = []

    @property
    def said(self) -> str:
        return " ".join(say.text or "" for say in self.twiml.iter("Say"))

    def ask(self, url: str, name: str = "", **changes: str) -> "Leg":
        parts = urlsplit(url)
        self.urls.append(url)
        path = parts.path + ("?" + parts.query if parts.query else "")
        answer = self._twilio.post(path, recorded(name or self._form, **changes))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        self.twiml = ET.fromstring(answer.content)
        return self

    def press(self, digits: str) -> "Leg":
        return self.ask(self.action, "gather_action", Digits=digits)

    @property
    def action(self) -> str:
        return self._of("Gather", "action")

    def press_nothing(self) -> "Leg":
        redirect = self.twiml.find("Redirect")
        assert redirect is not None
        return self.ask(redirect.text or "")

    def leave_the_room(self, **changes: str) -> "Leg":
        return self.ask(self._of("Dial", "action"), "dial_action", **changes)

    def hang_up_in_the_room(self) -> "Leg":
        return self.ask(self._of("Dial", "action"), "dial_action_hung_up")

    def is_in_room(self, name: str) -> bool:
        room = self.twiml.find("Dial/Conference")
        return room is not None and room.text == name

    @property
    def is_over(self) -> bool:
        return self.twiml.find("Hangup") is not None and self.twiml.find("Dial") is None

    def _of(self, verb: str, attribute: str) -> str:
        found = self.twiml.find(verb)
        assert found is not None, self.said
        return found.attrib[attribute]


def dial_in(twilio: Twilio, name: str = "incoming") -> Leg:
    return Leg(twilio, "redirect").ask("/twilio/voice", name)
