"""What a verb needs while it runs: its leg, its document, and the exchange around it."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from localtwilio.exchange.calls import Call
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.source import Source
from localtwilio.twiml.verbs import Document


@dataclass(frozen=True)
class Scene:
    """One document on one leg. `whisper` runs TwiML on a called leg; True when it may be bridged.

    `inner` is set where the document is a whisper: it may not dial.
    """

    call: Call
    document: Document
    exchange: Exchange
    whisper: Callable[[Call, Source], Coroutine[Any, Any, bool]]
    wait_music: Callable[[Call, Source], Coroutine[Any, Any, None]]
    inner: bool = False

    def absolute(self, url: str) -> str:
        """Relative URLs are resolved against the document's own."""
        return urljoin(self.document.url or "", url)

    def optional(self, url: str | None) -> str | None:
        return self.absolute(url) if url else None

    def action(self, url: str | None, method: str, params: dict[str, str]) -> Source:
        """The request a verb ends with; without a URL it goes to the document's own."""
        return Source(self.absolute(url or ""), method, params=params)

    def people(self, seconds: float) -> float:
        """When so many seconds of people's time will have passed, in the event loop's time."""
        return asyncio.get_running_loop().time() + self.exchange.clock.people(seconds)

    def warn(self, code: int, message: str) -> None:
        self.exchange.debugger.warning(code, message, self.call.sid, self.document.url)
