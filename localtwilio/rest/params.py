"""Reading a form or a query the way Twilio does."""

import logging
from collections.abc import Iterable
from urllib.parse import urlsplit

from localtwilio.debugger import Debugger
from localtwilio.exchange.progress import CALL_EVENTS
from localtwilio.rest.errors import bad_request

logger = logging.getLogger("localtwilio.rest")


class Params:
    """PascalCase parameters; a name may be repeated."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def warn_unknown(self, known: Iterable[str], path: str, debugger: Debugger) -> None:
        """Twilio ignores most unknown parameters; silence would hide a mistake here."""
        for name in sorted(set(self._values) - set(known)):
            debugger.warning(20001, f"{path} has no parameter {name}; it is ignored", url=path)

    def text(self, name: str) -> str | None:
        """The last value; an empty one counts as none."""
        return self._values[name][-1] or None if name in self._values else None

    def raw(self, name: str) -> str | None:
        return self._values[name][-1] if name in self._values else None

    def flag(self, name: str) -> bool | None:
        """Any value other than true is false; None when it was not sent."""
        value = self.raw(name)
        return None if value is None else value.lower() == "true"

    def method(self, name: str, default: str = "POST") -> str:
        value = (self.text(name) or default).upper()
        if value not in ("GET", "POST"):
            raise bad_request(21209, f"{name} must be GET or POST, not {value}")
        return value

    def seconds(self, name: str, default: float, least: int, most: int) -> float:
        value = self.text(name)
        if value is None:
            return default
        if not value.isdecimal() or not least <= int(value) <= most:
            raise bad_request(21208, f"{name} must be {least} to {most} seconds, not {value}")
        return float(value)

    def url(self, name: str, code: int = 21205) -> str | None:
        """An absolute URL whose host has no underscore."""
        value = self.text(name)
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname:
            raise bad_request(code, f"{name} is not a valid URL: {value}")
        return value

    def events(self) -> frozenset[str]:
        """Which events of a call are wanted; a word that is none is logged."""
        words = self.words("StatusCallbackEvent", "completed")
        for word in words.difference(CALL_EVENTS):
            logger.warning("StatusCallbackEvent %s is not one of %s", word, CALL_EVENTS)
        return words

    def words(self, name: str, default: str) -> frozenset[str]:
        """Repeated or separated by spaces: both are used."""
        return frozenset(" ".join(self._values.get(name, [default])).split())
