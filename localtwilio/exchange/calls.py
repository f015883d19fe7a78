"""One leg: a call between the network and a handset, and its life from queued to ended."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Literal

from localtwilio.clock import now
from localtwilio.exchange.ids import new_sid
from localtwilio.exchange.progress import Progress, rfc2822
from localtwilio.exchange.signals import HungUp, LegChanged, Replaced, Signal, Speech
from localtwilio.exchange.source import Source
from localtwilio.webhooks import Webhooks

Direction = Literal["inbound", "outbound-api", "outbound-dial"]
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
SIP_CODES = {"completed": 200, "busy": 486, "no-answer": 487, "canceled": 487, "failed": 404}
GEO = [side + part for side in ("From", "To", "Caller", "Called")
       for part in ("City", "State", "Zip", "Country")]  # fmt: skip


class Call:
    """A leg. Its TwiML is driven from outside, by whoever waits in `listen`."""

    def __init__(
        self,
        from_: str,
        to: str,
        direction: Direction,
        webhooks: Webhooks,
        account_sid: str,
        progress: Progress | None = None,
        parent_sid: str | None = None,
        phone_number_sid: str | None = None,
    ) -> None:
        self.sid = new_sid("CA")
        self.from_, self.to, self.direction = from_, to, direction
        self.account_sid, self.parent_sid = account_sid, parent_sid
        self.phone_number_sid = phone_number_sid
        self.progress = progress or Progress()
        self.status = "queued"
        self.created = self.updated = now()
        self.ringing: float | None = None
        self.answered: float | None = None
        self.ended: float | None = None
        self.ended_by: str | None = None
        self.queue_ms = 0
        self.answered_by: str | None = None
        self.error_code: int | None = None
        self.captions: list[str] = []
        self.said: list[tuple[int, str]] = []  # own words, each after so many captions
        self.cookies: dict[str, str] = {}
        self.room: str | None = None
        self.stays: list[list[float | None]] = []
        self.partner: Call | None = None  # bridged with, by <Dial>
        self.far_end: Call | None = None  # the other half of a call between two of our numbers
        self.on_answer: list[Callable[[Call], None]] = []
        self.on_end: list[Callable[[Call], None]] = []
        self.on_await: list[Callable[[Call], None]] = []
        self._limit: asyncio.TimerHandle | None = None
        self.next_source: Source | None = None
        self.fallback: Source | None = None
        self.recording: Callable[[], dict[str, str]] = dict  # what callbacks say of it
        self.deleted = False  # by REST; the ledger keeps it
        self.written = ""  # as the ledger shows it, once it is over
        self.scripted = False  # some TwiML is running on this leg
        self._awaiting: str | None = None
        self._signals: deque[Signal] = deque()
        self._bell = asyncio.Event()
        self._timers: list[asyncio.TimerHandle] = []
        self._webhooks = webhooks

    # --- what others see -------------------------------------------------------------

    @property
    def live(self) -> bool:
        return self.status not in ENDED

    @property
    def person(self) -> str:
        """The number of the handset at the far end of this leg."""
        return self.from_ if self.direction == "inbound" else self.to

    @property
    def duration(self) -> int | None:
        """Whole seconds of talk, 0 when it was never answered; None while it lasts."""
        if self.ended is None:
            return None
        return round(self.ended - self.answered) if self.answered else 0

    @property
    def awaiting(self) -> str | None:
        if self.status == "ringing" and self.direction != "inbound":
            return "answer"
        return self._awaiting if self.live else None

    @property
    def present_room(self) -> str | None:
        """The room it is in now; `room` is the last one it has been in."""
        return self.room if self.stays and self.stays[-1][1] is None else None

    def awaits(self, what: str | None) -> None:
        """What the person is expected to do: digits, room, message, or nothing."""
        self._awaiting = what
        if what:
            for hook in list(self.on_await):
                hook(self)

    def hear(self, caption: str) -> None:
        """What the person hears now; a line has no ears and passes it on to who calls it."""
        if not self.live:
            return
        self.captions.append(caption)
        if self.far_end and self.far_end.partner:
            self.far_end.partner.hear(caption)

    # --- its life --------------------------------------------------------------------

    def initiate(self) -> None:
        """The network starts to dial: an event, but not a status of the resource."""
        self.queue_ms = round((now() - self.created) * 1000)
        self._notify("initiated", "initiated")

    def ring(self) -> None:
        self.ringing = self.updated = now()
        self.status = "ringing"
        self._notify("ringing", "ringing")

    def answer(self) -> None:
        """Somebody, or the line, takes the call."""
        if self.status not in ("queued", "ringing"):
            return
        self._cancel_timers()
        self.answered = self.updated = now()
        self.status = "in-progress"
        self._notify("answered", "in-progress")
        for hook in list(self.on_answer):
            hook(self)

    def end(self, status: str, ended_by: str) -> None:
        """Absorbing: whatever comes later changes nothing."""
        if not self.live:
            return
        was_queued = self.status == "queued" and self.direction == "outbound-api"
        self._cancel_timers()
        self.ended = self.updated = now()
        self.status, self.ended_by = status, ended_by
        hooks, self.on_end = self.on_end, []
        for hook in hooks:
            hook(self)
        # Twilio documents that a call canceled while still queued produces no callback.
        if not (was_queued and status == "canceled"):
            self._notify("completed", status, self._closing_params())
        self._bell.set()

    def hang_up(self, ended_by: str) -> None:
        """End it as its state demands: a call that talks is completed, another never was."""
        if self.status == "in-progress":
            self.end("completed", ended_by)
        elif self.direction == "inbound":
            self.end("no-answer", ended_by)
        else:
            self.end("canceled", ended_by)

    def replace(self, source: Source) -> None:
        """New TwiML; whatever runs on the leg gives way."""
        self.updated = now()
        self.next_source = source
        self._bell.set()

    def detach(self) -> None:
        """Take it out of the bridge that another leg's `<Dial>` has put it in."""
        partner, self.partner = self.partner, None
        if partner:
            partner.signal(LegChanged(self.sid))

    def later(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Do it then, unless the leg is answered or ends before."""
        timer = asyncio.get_running_loop().call_later(seconds, act)
        self._timers.append(timer)
        return timer

    def limit(self, seconds: float) -> None:
        """Real seconds from the answer after which the network ends the call."""
        if self._limit:
            self._limit.cancel()
        left = seconds - (now() - self.answered if self.answered else 0.0)
        self._limit = self.later(max(0.0, left), lambda: self.end("completed", "time_limit"))

    # --- signals ---------------------------------------------------------------------

    def signal(self, signal: Signal) -> None:
        """Something reaches the leg; what is said is heard by whom it is bridged with."""
        if isinstance(signal, Speech) and self.partner and signal.text:
            self.partner.hear(signal.text)
        self._signals.append(signal)
        self._bell.set()

    def forget_signals(self) -> None:
        """Twilio drops keys that are pressed while nothing gathers them."""
        self._signals.clear()

    def check(self) -> None:
        """Raises HungUp or Replaced when the TwiML that runs has lost its call."""
        if not self.live:
            raise HungUp
        if self.next_source:
            raise Replaced

    async def listen(self, until: float | None = None) -> Signal | None:
        """The next signal, or None at that time of the event loop. Raises HungUp, Replaced."""
        while True:
            self.check()
            if self._signals:
                return self._signals.popleft()
            self._bell.clear()
            try:
                async with asyncio.timeout_at(until):
                    await self._bell.wait()
            except TimeoutError:
                return None

    def take_source(self) -> Source | None:
        """The TwiML that REST has put in place of what ran."""
        source, self.next_source = self.next_source, None
        return source

    # --- webhook parameters ----------------------------------------------------------

    def params(self) -> dict[str, str]:
        """The parameters common to all voice requests."""
        common = {
            "CallSid": self.sid,
            "AccountSid": self.account_sid,
            "From": self.from_,
            "To": self.to,
            "Caller": self.from_,
            "Called": self.to,
            "CallStatus": self.status,
            "ApiVersion": "2010-04-01",
            "Direction": self.direction,
            **dict.fromkeys(GEO, ""),
        }
        if self.parent_sid:
            common["ParentCallSid"] = self.parent_sid
        return common

    def _closing_params(self) -> dict[str, str]:
        seconds = self.duration or 0
        return {
            "CallDuration": str(seconds),
            "Duration": str(-(-seconds // 60)),
            "SipResponseCode": str(SIP_CODES[self.status]),
            **self.recording(),
        }

    def _notify(self, event: str, status: str, more: dict[str, str] | None = None) -> None:
        if not self.progress.url or event not in self.progress.events:
            return
        params = {
            **self.params(),
            **(more or {}),
            "CallStatus": status,
            "Timestamp": rfc2822(now()),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": self.progress.next_number(),
        }
        self._webhooks.tell(self.progress.url, self.progress.method, params, status, self.sid)

    def _cancel_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
