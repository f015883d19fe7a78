"""Handsets: numbers with a person's hands, and how that person behaves."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from localtwilio.clock import Clock
from localtwilio.exchange.calls import Call
from localtwilio.exchange.signals import Key, Speech

KEPT_LEGS = 10  # ended legs a handset still shows, so that its last words can be read
GREETING_SECONDS = 3.0
MACHINE_SECONDS = 30.0
PRESS_AFTER = 0.5
PAUSES = {"w": 0.5, ",": 2.0, "W": 1.0}


@dataclass(frozen=True)
class Behaviour:
    """What the person does by themselves; `after` in the person's seconds.

    Asked for digits they press `press`, asked for a message they speak for `speak` seconds; each
    once a call. `no_answer` rings until the time-out, or for `after` seconds if that is set;
    `for_ever` is a fault of the network: the time-out does not end the ringing either.
    """

    on_ring: str = "wait"
    after: float = 0.0
    press: str = ""
    speak: float = 0.0
    on_sms: str = "deliver"


@dataclass(frozen=True)
class InboxMessage:
    sid: str
    from_: str
    body: str
    at: float


@dataclass
class Handset:
    """Every number that is not a line of the account."""

    number: str
    clock: Clock
    behaviour: Behaviour = field(default_factory=Behaviour)
    inbox: list[InboxMessage] = field(default_factory=list)
    live: dict[str, Call] = field(default_factory=dict)
    past: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT_LEGS))

    def take(self, call: Call) -> None:
        """A leg begins at this handset."""
        self.live[call.sid] = call
        call.on_end.append(self._put_away)
        if self.behaviour.on_ring == "machine":
            return
        if self.behaviour.press:
            call.on_await.append(self._press_once)
        if self.behaviour.speak:
            call.on_await.append(self._speak_once)

    def ring(self, call: Call) -> None:
        """It rings here; the person does what their behaviour says."""
        acts = {
            "answer": call.answer,
            "machine": lambda: self._answer_as_machine(call),
            "busy": lambda: call.end("busy", "callee"),
            "fail": lambda: call.end("failed", "network"),
        }
        wanted, after = self.behaviour.on_ring, self.clock.people(self.behaviour.after)
        if wanted in acts:
            call.later(after, acts[wanted])
        elif wanted == "no_answer" and after:
            call.later(after, lambda: call.end("no-answer", "callee"))

    def type_keys(self, call: Call, keys: str) -> None:
        """Press keys one after another; `w`, `W` and `,` wait half a, one and two seconds."""
        wait = 0.0
        for key in keys:
            if key in PAUSES:
                wait += PAUSES[key]
            elif wait:
                call.later(self.clock.people(wait), lambda key=key: call.signal(Key(key)))  # type: ignore[misc]
            else:
                call.signal(Key(key))

    def say(self, call: Call, speech: Speech) -> None:
        """Speak into the phone; one's own words stand between those that one hears."""
        if speech.text:
            call.said.append((len(call.captions), speech.text))
        call.signal(speech)

    def find(self, call_sid: str) -> Call | None:
        return self.live.get(call_sid)

    def as_json(self) -> dict[str, Any]:
        """As `/phones/{number}` shows it: the newest leg first, live ones before ended ones."""
        legs = [*reversed(self.live.values()), *reversed(self.past)]
        return {
            "number": self.number,
            "state": self.state,
            "legs": [_leg(call) for call in legs],
            "inbox": [
                {"sid": sms.sid, "from": sms.from_, "body": sms.body, "at": sms.at}
                for sms in self.inbox
            ],
            "behaviour": {
                "on_ring": self.behaviour.on_ring,
                "after": self.behaviour.after,
                "press": self.behaviour.press,
                "speak": self.behaviour.speak,
                "on_sms": self.behaviour.on_sms,
            },
        }

    @property
    def state(self) -> str:
        statuses = {call.status for call in self.live.values()}
        if "in-progress" in statuses:
            return "talking"
        return "ringing" if "ringing" in statuses else "idle"

    @property
    def rings_for_ever(self) -> bool:
        return self.behaviour.on_ring == "for_ever"

    def _put_away(self, call: Call) -> None:
        if self.live.pop(call.sid, None):
            self.past.append(call)

    def _press_once(self, call: Call) -> None:
        if call.awaiting == "digits":
            call.on_await.remove(self._press_once)
            keys = self.behaviour.press
            call.later(self.clock.people(PRESS_AFTER), lambda: self.type_keys(call, keys))

    def _speak_once(self, call: Call) -> None:
        if call.awaiting == "message":
            call.on_await.remove(self._speak_once)
            speech = Speech(self.behaviour.speak, "(a message)")
            call.later(self.clock.people(PRESS_AFTER), lambda: self.say(call, speech))

    def _answer_as_machine(self, call: Call) -> None:
        """A mailbox greets, records, presses nothing, and hangs up in the end."""
        call.answered_by = "machine_start"
        call.answer()
        call.hear("(mailbox greeting)")
        call.signal(Speech(GREETING_SECONDS, "(mailbox greeting)"))
        call.later(self.clock.people(MACHINE_SECONDS), lambda: call.hang_up("callee"))


def _leg(call: Call) -> dict[str, Any]:
    incoming = call.direction != "inbound"
    return {
        "call_sid": call.sid,
        "direction": call.direction,
        "status": call.status,
        "with": call.from_ if incoming else call.to,
        "captions": list(call.captions),
        "said": [{"after": after, "text": text} for after, text in call.said],
        "awaiting": call.awaiting,
        "room": call.present_room,
        "connected_to": call.partner.person if call.partner else None,
    }
