"""TwiML that legs hear without running it: wait music, announcements, hold music.

Only Play, Say, Pause and Redirect are allowed there (13238 otherwise).
"""

import asyncio
from collections.abc import Callable, Iterable
from urllib.parse import urljoin

from localtwilio.clock import Clock
from localtwilio.debugger import Debugger
from localtwilio.exchange.calls import Call
from localtwilio.exchange.conferences import Conference, Participant
from localtwilio.exchange.source import Source
from localtwilio.twiml.audio import described
from localtwilio.twiml.load import Loader
from localtwilio.twiml.verbs import Document, Pause, Play, Redirect, Say

LEAST_ROUND = 1.0  # real seconds: a document that redirects to itself must not spin

Listeners = Callable[[], Iterable[Call]]


class Overheard:
    """Plays documents into ears."""

    def __init__(self, loader: Loader, clock: Clock, debugger: Debugger) -> None:
        self._loader, self._clock, self._debugger = loader, clock, debugger

    async def wait_music(self, call: Call, source: Source) -> None:
        """Until it ends or is cancelled, because the conference starts or the leg goes."""
        await self._play(call, source, lambda: [call] if call.live else [])

    async def announce(
        self, conference: Conference, participant: Participant | None, source: Source
    ) -> None:
        """To everybody in the room who is not on hold, or to one."""

        def listeners() -> list[Call]:
            people = [participant] if participant else list(conference.present.values())
            return [
                one.call
                for one in people
                if one.call.sid in conference.present and (participant or not one.hold)
            ]

        anyone = participant or next(iter(conference.present.values()), None)
        if anyone:
            await self._play(anyone.call, source, listeners)
        still = participant if participant and listeners() else None
        conference.announced(source.url or "", still)

    async def hold(self, participant: Participant, source: Source) -> None:
        await self._play(
            participant.call, source, lambda: [participant.call] if participant.hold else []
        )

    async def _play(self, asker: Call, source: Source, listeners: Listeners) -> None:
        upcoming: Source | None = source
        while upcoming and list(listeners()):
            document = await self._loader.overheard(asker, upcoming)
            started = asyncio.get_running_loop().time()
            upcoming = await self._document(document, upcoming, listeners) if document else None
            if upcoming:
                spent = asyncio.get_running_loop().time() - started
                await asyncio.sleep(max(0.0, LEAST_ROUND - spent))

    async def _document(
        self, document: Document, source: Source, listeners: Listeners
    ) -> Source | None:
        for verb in document.verbs:
            if isinstance(verb, Redirect):
                url = urljoin(document.url or "", verb.url)
                return Source(url, verb.method, params=source.params)
            if not isinstance(verb, Say | Play | Pause):
                name = type(verb).__name__
                self._debugger.error(13238, f"<{name}> may not be used here", None, document.url)
                continue
            caption, seconds = described(verb)
            if caption:
                for call in listeners():
                    call.hear(caption)
            await asyncio.sleep(self._clock.people(seconds))
        return None
