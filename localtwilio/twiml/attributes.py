"""Reading attributes: a bad value is a warning and the default, as with Twilio."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

from localtwilio.twiml.vocabulary import ATTRIBUTES

Warn = Callable[[int, str], None]


class Attributes:
    """The attributes of one element; unknown names are warned about at once (12200)."""

    def __init__(self, element: ET.Element, warn: Warn) -> None:
        self.element, self.warn = element, warn
        for name in element.attrib:
            if name not in ATTRIBUTES[element.tag]:
                warn(12200, f"<{element.tag}> has no attribute {name}; going on")

    def raw(self, name: str) -> str | None:
        """As written; an empty value is kept."""
        return self.element.get(name)

    def text(self, name: str) -> str | None:
        return self.element.get(name) or None

    def given(self, name: str, default: str) -> str:
        """An empty value counts: it switches the feature off."""
        return self.element.get(name, default)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.element.get(name)
        if value is None:
            return default
        if value.lower() not in ("true", "false"):
            self._refuse(name, value, 12200)
            return default
        return value.lower() == "true"

    def method(self, name: str) -> str:
        return self.choice(name, "POST", ("GET", "POST"), 12200)

    def choice(self, name: str, default: str, words: tuple[str, ...], code: int) -> str:
        value = self.element.get(name)
        if value is None:
            return default
        for word in words:
            if word.lower() == value.lower():
                return word
        self._refuse(name, value, code)
        return default

    def words(self, name: str, default: str) -> frozenset[str]:
        return frozenset(self.element.get(name, default).split())

    def whole(
        self, name: str, default: int, least: int = 0, most: int = 10**6, code: int = 12200
    ) -> int:
        value = self.element.get(name)
        if value is None:
            return default
        if not value.isdecimal() or not least <= int(value) <= most:
            self._refuse(name, value, code)
            return default
        return int(value)

    def seconds(
        self,
        name: str,
        default: float,
        besides: str | None = None,
        least: int = 0,
        most: int = 10**6,
        code: int = 12200,
    ) -> float:
        """Whole seconds; `besides` is a word that is allowed and means the default."""
        if self.element.get(name) == besides:
            return default
        return float(self.whole(name, round(default), least, most, code))

    def _refuse(self, name: str, value: str, code: int) -> None:
        self.warn(code, f"<{self.element.tag}> {name}={value!r} is not valid; the default holds")
