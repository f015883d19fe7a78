"""The exchange: everything that exists, and the ways a call or a message comes into being."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from localtwilio.clock import Clock, now
from localtwilio.config import Config
from localtwilio.credentials import Credentials
from localtwilio.debugger import Debugger
from localtwilio.exchange.calls import Call
from localtwilio.exchange.conferences import Rooms
from localtwilio.exchange.handsets import Handset
from localtwilio.exchange.lines import Line
from localtwilio.exchange.pacing import Pacer
from localtwilio.exchange.progress import Progress
from localtwilio.exchange.recordings import Recording
from localtwilio.exchange.source import Source
from localtwilio.exchange.texting import Texting
from localtwilio.faults import Faults
from localtwilio.webhooks import Webhooks

ACCOUNT_TIME_LIMIT = 4 * 3600.0  # seconds; Twilio's default cap on every call
RING_EXTRA = 5.0  # Twilio lets a leg ring so many seconds longer than its `timeout`
SET_UP = 0.1  # seconds between `initiated` and `ringing`
PROCESSING = 0.3  # seconds until the audio of a finished recording can be fetched


@dataclass(frozen=True)
class RecordingOrder:
    """Record the whole call, from its answer on."""

    callback: str | None = None
    callback_method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class CallOrder:
    """An outbound call as REST asks for it. Times in real seconds."""

    to: str
    from_: str
    source: Source
    progress: Progress
    timeout: float = 60.0
    time_limit: float = ACCOUNT_TIME_LIMIT
    machine_detection: str = ""  # Enable or DetectMessageEnd
    amd_callback: str | None = None
    send_digits: str = ""
    recording: RecordingOrder | None = None
    amd_callback_method: str = "POST"


class Exchange:
    """State in memory, one event loop. `run` is given by whoever can run TwiML."""

    def __init__(
        self,
        config: Config,
        credentials: Credentials,
        webhooks: Webhooks,
        debugger: Debugger,
        faults: Faults,
    ) -> None:
        self.config, self.webhooks, self.debugger = config, webhooks, debugger
        self.credentials = credentials
        self.faults = faults
        self.clock = Clock(config.speed)
        self.pacer = Pacer(faults)
        self.rooms = Rooms(config.account_sid, webhooks, debugger)
        self.calls: dict[str, Call] = {}
        self.recordings: dict[str, Recording] = {}
        self.handsets: dict[str, Handset] = {}
        self.lines = {number: Line(number) for number in dict.fromkeys(config.lines)}
        self.texting = Texting(webhooks, self.lines, self.handset)
        self.run: Callable[[Call, Source], None] = lambda *_: None

    def handset(self, number: str) -> Handset:
        """The handset of that number; every number that is not a line has one."""
        if number not in self.handsets:
            self.handsets[number] = Handset(number, self.clock)
        return self.handsets[number]

    def recording_url(self, recording: Recording) -> str:
        """Absolute and without extension, as webhooks carry it."""
        account = f"/2010-04-01/Accounts/{self.config.account_sid}"
        return f"{self.config.public_url}{account}/Recordings/{recording.sid}"

    def record(self, recording: Recording) -> None:
        """It begins."""
        self.recordings[recording.sid] = recording
        recording.tell(self.webhooks, self.recording_url(recording))

    def keep(self, recording: Recording, seconds: float) -> None:
        """It is over; its audio can be fetched a moment later."""
        recording.status, recording.duration = "processing", seconds
        url = self.recording_url(recording)
        self._later(PROCESSING, lambda: recording.finish(self.webhooks, url))

    def discard(self, recording: Recording, error_code: int) -> None:
        """It is over, and there was nothing to keep."""
        recording.status = "processing"
        url = self.recording_url(recording)
        self._later(PROCESSING, lambda: recording.give_up(error_code, self.webhooks, url))

    def redirect(self, call: Call, source: Source) -> None:
        """New TwiML for a live leg, whether it runs some or is only connected to another."""
        if call.scripted:
            call.replace(source)
        else:
            call.detach()
            self.run(call, source)

    # --- calls -----------------------------------------------------------------------

    def dial_in(self, from_: str, to: str) -> Call:
        """A handset dials. Only the account's lines answer; any other number fails."""
        line = self.lines.get(to)
        call = self._inbound(from_, to, line)
        self.handset(from_).take(call)
        self._connect_inbound(call, line)
        return call

    def place(self, order: CallOrder) -> Call:
        """An outbound call by REST: queued first, and paced by the calls per second."""
        call = Call(
            order.from_,
            order.to,
            "outbound-api",
            self.webhooks,
            self.config.account_sid,
            order.progress,
            phone_number_sid=self._line_sid(order.from_),
        )
        call.queue_ms = round(self.pacer.wait * 1000)
        self.calls[call.sid] = call
        call.on_answer.append(partial(self._answered, order=order))
        self._attach(call)
        self.pacer.submit(lambda: self._dial_out(call, order.timeout))
        return call

    def fork(self, parent: Call, from_: str, to: str, progress: Progress, timeout: float) -> Call:
        """A leg that `<Dial>` calls; these do not wait for the calls per second."""
        call = Call(
            from_,
            to,
            "outbound-dial",
            self.webhooks,
            self.config.account_sid,
            progress,
            parent_sid=parent.sid,
            phone_number_sid=self._line_sid(from_),
        )
        self.calls[call.sid] = call
        self._attach(call)
        self._dial_out(call, timeout)
        return call

    def _attach(self, call: Call) -> None:
        if call.to not in self.lines:
            self.handset(call.to).take(call)

    def _dial_out(self, call: Call, timeout: float) -> bool:
        if not call.live:
            return False
        call.initiate()
        call.later(SET_UP, lambda: self._ring(call, timeout))
        return True

    def _ring(self, call: Call, timeout: float) -> None:
        call.ring()
        line = self.lines.get(call.to)
        handset = None if line else self.handset(call.to)
        if not (handset and handset.rings_for_ever):
            call.later(timeout + RING_EXTRA, lambda: call.end("no-answer", "timeout"))
        if line:
            self._far_side(call, line)
        elif handset:
            handset.ring(call)

    def _answered(self, call: Call, order: CallOrder) -> None:
        call.limit(min(order.time_limit, ACCOUNT_TIME_LIMIT))
        if order.send_digits:
            call.hear(f"(tones {order.send_digits})")
        if order.recording:
            self._record_call(call, order.recording)
        self.run(call, self._detected(call, order))

    def _detected(self, call: Call, order: CallOrder) -> Source:
        """Answering machine detection: on the TwiML request, or by a callback of its own."""
        if not order.machine_detection:
            call.answered_by = None
            return order.source
        machine = call.answered_by is not None
        whole = order.machine_detection == "DetectMessageEnd"
        kind = "machine_end_beep" if whole else "machine_start"
        call.answered_by = kind if machine else "human"
        detected = {"AnsweredBy": call.answered_by, "MachineDetectionDuration": "1000"}
        if not order.amd_callback:
            return replace(order.source, params=detected)
        params = {"AccountSid": call.account_sid, "CallSid": call.sid, **detected}
        self.webhooks.tell(order.amd_callback, order.amd_callback_method, params, "amd", call.sid)
        return order.source

    def _record_call(self, call: Call, order: RecordingOrder) -> None:
        recording = Recording(
            call.account_sid,
            call.sid,
            source="OutboundAPI",
            callback=order.callback,
            callback_method=order.callback_method,
            callback_events=order.events,
        )
        self.record(recording)
        call.on_end.append(lambda _: self.keep(recording, now() - recording.created))
        call.recording = lambda: {
            "RecordingSid": recording.sid,
            "RecordingUrl": self.recording_url(recording),
            "RecordingDuration": str(recording.seconds),
        }

    # --- the account's own lines -----------------------------------------------------

    def _inbound(self, from_: str, to: str, line: Line | None) -> Call:
        progress = Progress()
        if line:
            progress = Progress(line.status_callback, line.status_callback_method)
        call = Call(
            from_,
            to,
            "inbound",
            self.webhooks,
            self.config.account_sid,
            progress,
            phone_number_sid=line.sid if line else None,
        )
        self.calls[call.sid] = call
        call.on_answer.append(lambda answered: answered.limit(ACCOUNT_TIME_LIMIT))
        return call

    def _connect_inbound(self, call: Call, line: Line | None) -> None:
        call.ring()
        if line is None:
            self._out_of_service(call)
        elif not line.voice_url:
            self.debugger.error(11100, f"{line.number} has no VoiceUrl", call.sid)
            self._out_of_service(call)
        else:
            self.run(
                call,
                Source(
                    line.voice_url,
                    line.voice_method,
                    fallback_url=line.voice_fallback_url,
                    fallback_method=line.voice_fallback_method,
                ),
            )

    def _out_of_service(self, call: Call) -> None:
        call.hear("(this number is not in service)")
        call.end("failed", "network")

    def _far_side(self, outer: Call, line: Line) -> None:
        """A call to a number of the account runs that number's VoiceUrl on the far side."""
        inner = self._inbound(outer.from_, outer.to, line)
        inner.far_end = outer
        outer.far_end = inner
        inner.on_answer.append(lambda _: outer.answer())
        inner.on_end.append(lambda gone: outer.end(gone.status, "callee"))
        outer.on_end.append(lambda _: inner.hang_up("caller"))
        self._connect_inbound(inner, line)

    def _line_sid(self, number: str) -> str | None:
        line = self.lines.get(number)
        return line.sid if line else None

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, act)
