"""From a source to a document: ask the application, mind the rules, fall back once."""

from localtwilio.connections import WebhookFailed
from localtwilio.debugger import Debugger
from localtwilio.exchange.calls import Call
from localtwilio.exchange.source import Source
from localtwilio.twiml.attributes import Warn
from localtwilio.twiml.parse import Unparsable, parse
from localtwilio.twiml.verbs import Document, Hangup, Play, Say
from localtwilio.webhooks import Answer, Errand, Webhooks

LARGEST = 64 * 1024
XML_TYPES = ("text/xml", "application/xml", "text/html")


class Loader:
    """Fetches TwiML for a leg."""

    def __init__(self, webhooks: Webhooks, debugger: Debugger) -> None:
        self._webhooks, self._debugger = webhooks, debugger

    async def load(self, call: Call, source: Source) -> Document | None:
        """The document, or the fallback's; None when there is neither (it is in the debugger)."""
        try:
            return await self._load(call, source)
        except (WebhookFailed, Unparsable) as failure:
            self._debugger.error(failure.code, str(failure), call.sid, source.url)
            return await self._fall_back(call, source, failure.code)

    async def overheard(self, call: Call, source: Source) -> Document | None:
        """For what is heard in a room: the fallback URL belongs to a leg's own TwiML."""
        try:
            return await self._load(call, source)
        except (WebhookFailed, Unparsable) as failure:
            self._debugger.error(failure.code, str(failure), call.sid, source.url)
            return None

    async def _fall_back(self, call: Call, source: Source, code: int) -> Document | None:
        if not call.fallback:
            return None
        told = {**source.params, "ErrorCode": str(code), "ErrorUrl": source.url or ""}
        fallback = Source(call.fallback.url, call.fallback.method, params=told)
        try:
            return await self._load(call, fallback, "fallback")
        except (WebhookFailed, Unparsable) as failure:
            self._debugger.error(failure.code, str(failure), call.sid, fallback.url)
            return None

    async def _load(self, call: Call, source: Source, event: str = "twiml") -> Document:
        def warn(code: int, message: str) -> None:
            self._debugger.warning(code, message, call.sid, source.url)

        if source.twiml is not None:
            return parse(source.twiml, None, warn)
        params = {**call.params(), **source.params}
        answer = await self._webhooks.ask(
            Errand(source.url or "", source.method, params, event, call.sid, call.cookies)
        )
        if len(answer.body) > LARGEST:
            raise Unparsable(11750, "the document is longer than 64 kB")
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind in XML_TYPES or not answer.body.strip():
            return parse(answer.body, answer.url, warn)
        return _other_kind(answer, kind, warn)


def _other_kind(answer: Answer, kind: str, warn: Warn) -> Document:
    """Audio is played, plain text is TwiML or else spoken; nothing else is accepted."""
    if kind.startswith("audio/"):
        return Document((Play(answer.url), Hangup()), answer.url)
    if kind != "text/plain":
        raise Unparsable(12300, f"content type {kind or 'missing'} is not TwiML")
    try:
        return parse(answer.body, answer.url, warn)
    except Unparsable as failure:
        if failure.code != 12100:
            raise
        return Document((Say(answer.body.decode(errors="replace")),), answer.url)
