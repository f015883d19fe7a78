"""The loop that runs a leg's TwiML: document after document, verb after verb."""

import logging

from localtwilio.clock import spawn
from localtwilio.exchange.calls import Call
from localtwilio.exchange.conferences import Conference, Participant
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.signals import HungUp, Replaced
from localtwilio.exchange.source import Source
from localtwilio.twiml.audio import APOLOGY, utter
from localtwilio.twiml.dial_numbers import dial_numbers
from localtwilio.twiml.dial_room import dial_room
from localtwilio.twiml.gather import gather
from localtwilio.twiml.load import Loader
from localtwilio.twiml.overheard import Overheard
from localtwilio.twiml.record import record
from localtwilio.twiml.scene import Scene
from localtwilio.twiml.verbs import (
    Dial,
    Document,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)

logger = logging.getLogger("localtwilio.twiml")


class Runner:
    """Runs TwiML on legs."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._loader = Loader(exchange.webhooks, exchange.debugger)
        self._overheard = Overheard(self._loader, exchange.clock, exchange.debugger)

    def start(self, call: Call, source: Source) -> None:
        """Begin with this source; when the last verb has finished the network hangs up."""
        if source.fallback_url:
            call.fallback = Source(source.fallback_url, source.fallback_method)
        spawn(self._live(call, source))

    async def _live(self, call: Call, source: Source) -> None:
        if await self._run(call, source):
            call.answer()
            call.hang_up("twiml")

    async def whisper(self, call: Call, source: Source) -> bool:
        """TwiML for a called leg before it is connected; False when it ends the leg."""
        return await self._run(call, source, inner=True)

    def announce(
        self, conference: Conference, participant: Participant | None, source: Source
    ) -> None:
        """Play a document to a conference, or to one participant."""
        spawn(self._overheard.announce(conference, participant, source))

    def hold(self, participant: Participant, source: Source) -> None:
        """Play a document to somebody on hold, until they are resumed or leave."""
        participant.music = spawn(self._overheard.hold(participant, source))

    async def _run(self, call: Call, source: Source, inner: bool = False) -> bool:
        """True when the documents came to their end and the leg still lives."""
        call.scripted = True
        upcoming: Source | None = source
        try:
            while upcoming:
                try:
                    upcoming = await self._one_document(call, upcoming, inner)
                except Replaced:
                    upcoming = self._replacement(call)
        except HungUp:
            pass
        except Exception:
            logger.exception("TwiML of %s failed inside the network", call.sid)
            call.hang_up("network")
        finally:
            call.scripted = False
        return call.live

    def _replacement(self, call: Call) -> Source | None:
        call.forget_signals()
        source = call.take_source()
        if source and source.fallback_url:
            call.fallback = Source(source.fallback_url, source.fallback_method)
        return source

    async def _one_document(self, call: Call, source: Source, inner: bool) -> Source | None:
        document = await self._loader.load(call, source)
        call.check()
        if document is None:
            await self._apologise(self._scene(call, Document(), inner))
            return None
        scene = self._scene(call, document, inner)
        for verb in document.verbs:
            call.check()
            upcoming = await self._perform(scene, verb)
            if upcoming:
                return upcoming
        return None

    def _scene(self, call: Call, document: Document, inner: bool) -> Scene:
        wait = self._overheard.wait_music
        return Scene(call, document, self._exchange, self.whisper, wait, inner)

    async def _apologise(self, scene: Scene) -> None:
        await utter(scene, Say(APOLOGY))
        scene.call.hang_up("twiml")
        scene.call.check()

    async def _perform(self, scene: Scene, verb: Verb) -> Source | None:
        """The next source, or None when the next verb is to run."""
        match verb:
            case Say() | Play() | Pause():
                await utter(scene, verb)
            case Gather():
                return await gather(scene, verb)
            case Record():
                return await record(scene, verb)
            case Dial():
                return await self._dial(scene, verb)
            case Redirect():
                return Source(scene.absolute(verb.url), verb.method)
            case Reject():
                _reject(scene, verb)
            case Hangup():
                scene.call.answer()
                scene.call.hang_up("twiml")
                scene.call.check()
        return None

    async def _dial(self, scene: Scene, verb: Dial) -> Source | None:
        if scene.inner:
            scene.exchange.debugger.error(
                13201, "<Dial> inside a whisper", scene.call.sid, scene.document.url
            )
            return None
        if verb.room:
            return await dial_room(scene, verb, verb.room)
        return await dial_numbers(scene, verb)


def _reject(scene: Scene, verb: Reject) -> None:
    """As the first verb it refuses the call unanswered; later it only hangs up."""
    call = scene.call
    if call.status == "ringing" and call.direction == "inbound":
        call.end("busy" if verb.reason == "busy" else "no-answer", "twiml")
    else:
        call.hang_up("twiml")
    call.check()
