"""Conferences: born by name, started by two, ended by the last, by a moderator, or by REST.

The words of reasons and events are those of Twilio's conference pages.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from localtwilio.clock import now
from localtwilio.debugger import Debugger
from localtwilio.exchange.calls import Call
from localtwilio.exchange.ids import new_sid
from localtwilio.exchange.progress import rfc2822
from localtwilio.exchange.signals import RoomOver
from localtwilio.webhooks import Webhooks


@dataclass(frozen=True)
class Subscription:
    """Where a conference's events go. The first to join decides; later values are ignored."""

    url: str | None = None
    method: str = "POST"
    events: frozenset[str] = frozenset()


@dataclass(eq=False)
class Participant:
    """One leg in the room. It has no SID of its own: its call SID or its label is its key."""

    call: Call
    conference: "Conference"
    label: str | None = None
    muted: bool = False
    hold: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    coaching: bool = False
    call_sid_to_coach: str | None = None
    beep: str = "true"
    wait_url: str | None = None
    wait_method: str = "POST"
    joined: float = field(default_factory=now)
    updated: float = field(default_factory=now)
    stay: list[float | None] = field(default_factory=list)
    music: asyncio.Task[None] | None = None  # while waiting, or on hold

    @property
    def heard(self) -> bool:
        """Whether the room hears what this person says; who waits for its start is not heard."""
        return self.conference.status == "in-progress" and not self.muted and not self.hold

    def stop_music(self) -> None:
        if self.music:
            self.music.cancel()
            self.music = None

    def params(self) -> dict[str, str]:
        """What conference callbacks say about a participant."""
        described = {
            "CallSid": self.call.sid,
            "Muted": _word(self.muted),
            "Hold": _word(self.hold),
            "Coaching": _word(self.coaching),
            "EndConferenceOnExit": _word(self.end_on_exit),
            "StartConferenceOnEnter": _word(self.start_on_enter),
        }
        if self.label:
            described["ParticipantLabel"] = self.label
        return described


class Refused(Exception):
    """The room does not take this leg; `code` is Twilio's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Conference:
    """One life of a room: a name may have many of them, one after the other."""

    def __init__(
        self,
        name: str,
        account_sid: str,
        subscription: Subscription,
        max_participants: int,
        webhooks: Webhooks,
        debugger: Debugger,
    ) -> None:
        self.sid = new_sid("CF")
        self.name, self.account_sid = name, account_sid
        self.status = "init"
        self.created = self.updated = now()
        self.ended: float | None = None
        self.reason: str | None = None
        self.call_sid_ending: str | None = None
        self.present: dict[str, Participant] = {}
        self.everyone: dict[str, None] = {}
        self.max_participants = max_participants
        self._subscription = subscription
        self._sequence = 0
        self.on_start: list[Callable[[], None]] = []
        self.on_over: list[Callable[[], None]] = []
        self._webhooks = webhooks
        self._debugger = debugger

    @property
    def live(self) -> bool:
        return self.status != "completed"

    def find(self, key: str) -> Participant | None:
        """By call SID or by label."""
        return self.present.get(key) or next(
            (one for one in self.present.values() if one.label == key), None
        )

    def others(self, participant: Participant) -> Iterator[Participant]:
        return (one for one in self.present.values() if one is not participant)

    # --- coming ----------------------------------------------------------------------

    def admit(self, participant: Participant) -> None:
        """Raises Refused when the room is full or the label is in use."""
        if len(self.present) >= self.max_participants:
            raise Refused(16020, f"conference {self.name} is full ({self.max_participants})")
        if participant.label and self.find(participant.label):
            raise Refused(16025, f"label {participant.label} is in use in {self.name}")
        call = participant.call
        self.present[call.sid] = participant
        self.everyone[call.sid] = None
        participant.stay = [participant.joined, None]
        call.stays.append(participant.stay)
        call.room = self.name
        call.on_end.append(self._hung_up)
        self._tell("join", "participant-join", participant)
        self._start_if_due()
        if self.status == "in-progress" and participant.beep in ("true", "onEnter"):
            self.say("(beep)")

    def _start_if_due(self) -> None:
        people = self.present.values()
        if self.status != "init" or len(people) < 2:
            return
        if not any(one.start_on_enter for one in people):
            return
        self.status = "in-progress"
        self.updated = now()
        for one in people:
            if not one.hold:
                one.stop_music()
            one.call.awaits(None)
        for hook in self.on_start:
            hook()
        self._tell("start", "conference-start")

    # --- going -----------------------------------------------------------------------

    def _hung_up(self, call: Call) -> None:
        participant = self.present.get(call.sid)
        if participant:
            kicked = call.ended_by == "api"
            reason = "participant_updated_via_api" if kicked else "participant_hung_up"
            self.leave(participant, reason, kicked)

    def leave(self, participant: Participant, reason: str, kicked: bool = False) -> None:
        """One leaves; the room ends if it was the last, or one that ends it for all."""
        if self.present.get(participant.call.sid) is not participant:
            return
        self._take_out(participant, reason)
        how = "kicked" if kicked else "left"
        if participant.end_on_exit:
            self._end(f"participant-with-end-conference-on-exit-{how}", participant)
        elif not self.present:
            self._end(f"last-participant-{how}", participant)
        elif participant.beep in ("true", "onExit"):
            self.say("(beep)")

    def _take_out(self, participant: Participant, reason: str) -> None:
        call = participant.call
        del self.present[call.sid]
        participant.stop_music()
        participant.stay[1] = call.ended or now()
        if self._hung_up in call.on_end:
            call.on_end.remove(self._hung_up)
        call.awaits(None)
        call.signal(RoomOver())
        more = {"ReasonParticipantLeft": reason, "ParticipantCallStatus": call.status}
        self._tell("leave", "participant-leave", participant, more)

    def end_by_api(self) -> None:
        """REST ends it: every `<Dial>` finishes and its TwiML goes on."""
        if self.live:
            self._end("conference-ended-via-api", None)

    def _end(self, reason: str, last: Participant | None) -> None:
        self.status = "completed"
        self.ended = self.updated = now()
        self.reason = reason
        self.call_sid_ending = last.call.sid if last else None
        for hook in self.on_over:
            hook()
        by_api = reason == "conference-ended-via-api"
        why = "conference_ended_via_api" if by_api else "moderator_ended_conference"
        for one in list(self.present.values()):
            self._take_out(one, why)
        more = {"ReasonConferenceEnded": reason, "Reason": reason.replace("-", " ")}
        if last:
            more["CallSidEndingConference"] = last.call.sid
            if last.label:
                more["ParticipantLabelEndingConference"] = last.label
        self._tell("end", "conference-end", None, more)

    # --- meanwhile -------------------------------------------------------------------

    def say(self, caption: str, speaker: Participant | None = None) -> None:
        """Everybody but the speaker hears it; who is on hold does not."""
        for one in self.present.values():
            if one is not speaker and not one.hold:
                one.call.hear(caption)

    def mute(self, participant: Participant, muted: bool) -> None:
        if participant.muted != muted:
            participant.muted = muted
            self._changed("mute", f"participant-{'' if muted else 'un'}mute", participant)

    def hold(self, participant: Participant, hold: bool) -> None:
        if participant.hold != hold:
            participant.hold = hold
            participant.stop_music()
            self._changed("hold", f"participant-{'' if hold else 'un'}hold", participant)

    def modified(self, participant: Participant) -> None:
        """BeepOnExit, EndConferenceOnExit, Coaching or WaitUrl was changed."""
        self._changed("modify", "participant-modify", participant)

    def announced(self, url: str, participant: Participant | None) -> None:
        self._tell("announcement", "announcement-end", participant, {"AnnounceUrl": url})

    def _changed(self, word: str, event: str, participant: Participant) -> None:
        participant.updated = now()
        self._tell(word, event, participant)

    def _tell(
        self,
        word: str,
        event: str,
        participant: Participant | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        """Only what is subscribed is sent, and numbered."""
        if word not in self._subscription.events or not self._subscription.url:
            return
        self._sequence += 1
        params: dict[str, Any] = {
            "ConferenceSid": self.sid,
            "FriendlyName": self.name,
            "AccountSid": self.account_sid,
            "SequenceNumber": str(self._sequence),
            "Timestamp": rfc2822(now()),
            "StatusCallbackEvent": event,
            **(participant.params() if participant else {}),
            **(more or {}),
        }
        sub = self._subscription
        self._webhooks.tell(sub.url, sub.method, params, event, self.sid)


class Rooms:
    """All conferences of the account; at most one live one for each name."""

    def __init__(self, account_sid: str, webhooks: Webhooks, debugger: Debugger) -> None:
        self.by_sid: dict[str, Conference] = {}
        self._live: dict[str, Conference] = {}
        self._account_sid = account_sid
        self._webhooks, self._debugger = webhooks, debugger

    def live(self, name: str) -> Conference | None:
        """The conference that goes by this name now."""
        found = self._live.get(name)
        return found if found and found.live else None

    def open(self, name: str, subscription: Subscription, max_participants: int) -> Conference:
        """The live conference of that name, or a new one with these first settings."""
        found = self.live(name)
        if found:
            return found
        born = Conference(
            name, self._account_sid, subscription, max_participants, self._webhooks, self._debugger
        )
        self._live[name] = self.by_sid[born.sid] = born
        return born


def _word(flag: bool) -> str:
    return "true" if flag else "false"
