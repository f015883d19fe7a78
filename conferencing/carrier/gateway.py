"""The port fulfilled with Twilio's REST API."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import local
from typing import Any

from django.conf import settings

from calls.states import LEG_OVER, LegStatus, TextStatus
from conferencing.carrier import audio, links, vocabulary
from conferencing.carrier.client import new_client
from conferencing.carrier.errors import NotThere, in_our_words
from conferencing.carrier.sids import CALL_SID, MESSAGE_SID
from conferencing.telephony import (
    LegReport,
    LineSetup,
    OutcomeUnknown,
    Recording,
    RecordingReport,
    Refused,
    SentText,
)

_LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]
_PATIENCE = 5  # seconds
_MOST_ROOMS = 100  # one conference of ours may have been several rooms, all of one name


class TwilioGateway:
    """Fulfils `telephony.PhoneNetwork`; may be shared by threads."""

    def __init__(self) -> None:
        self._mine = local()

    @property
    def _twilio(self) -> Any:
        """A client for this thread alone, with its connections kept open between requests.

        Threads cannot share one: TwilioHttpClient returns its answer by way of an attribute of
        its own, so one thread could take home the SID of the call that another has just made.
        """
        if not hasattr(self._mine, "client"):
            self._mine.client = new_client()
        return self._mine.client

    def send_text(self, *, sender: str, to: str, body: str, participant_id: str) -> SentText:
        with in_our_words():
            text = self._twilio.messages.create(
                from_=sender, to=to, body=body, status_callback=links.text(participant_id)
            )
        if not MESSAGE_SID.fullmatch(text.sid or ""):
            raise OutcomeUnknown(vocabulary.NO_ANSWER)
        return SentText(text.sid, vocabulary.TEXT_WORDS.get(str(text.status), TextStatus.UNKNOWN))

    def call(
        self, *, caller_id: str, to: str, call_id: str, ring_seconds: int, longest_seconds: int
    ) -> LegReport:
        with in_our_words():
            call = self._twilio.calls.create(
                from_=caller_id,
                to=to,
                url=links.answered(call_id),
                fallback_url=links.fallback(),
                status_callback=links.leg(call_id),
                status_callback_event=_LEG_EVENTS,
                timeout=ring_seconds,
                time_limit=min(longest_seconds, vocabulary.LONGEST_CALL),
            )
        return _report(call)

    def hang_up(self, sid: str) -> LegReport | None:
        try:
            with in_our_words():
                # `completed` ends a leg in any state; `canceled` would only do before the answer.
                return _report(self._twilio.calls(sid).update(status="completed"))
        except NotThere:
            return None
        except Refused:
            leg = self.leg(sid)  # It may be over already (21220).
            if leg and leg.status not in LEG_OVER:
                raise
            return leg

    def end_room(self, name: str, room_sid: str) -> None:
        if room_sid and self._ended(room_sid):
            return
        # The room that we know of may have ended and been born again with another SID.
        for sid in self._rooms(name):
            self._ended(sid)

    def _ended(self, room_sid: str) -> bool:
        """End a room by its SID. False: it was gone."""
        try:
            with in_our_words():
                self._twilio.conferences(room_sid).update(status="completed")
        except Refused as refused:
            if isinstance(refused, NotThere) or refused.code in vocabulary.ROOM_GONE:
                return False
            raise
        return True

    def leg(self, sid: str) -> LegReport | None:
        with suppress(NotThere), in_our_words():
            return _report(self._twilio.calls(sid).fetch())
        return None

    def legs_to(self, *, to: str, caller_id: str, since: datetime) -> list[LegReport]:
        # Twilio's filter sends whole seconds.
        earliest = since.astimezone(UTC) - timedelta(seconds=1)
        with in_our_words():
            found = self._twilio.calls.list(
                to=to, from_=caller_id, start_time_after=earliest, page_size=1000
            )
        return [_report(call) for call in found]

    def legs_in_room(self, name: str) -> set[str]:
        legs: set[str] = set()
        for sid in self._rooms(name):
            with suppress(NotThere), in_our_words():
                people = self._twilio.conferences(sid).participants.list(page_size=1000)
                legs |= {person.call_sid for person in people}
        return legs

    def _rooms(self, name: str) -> list[str]:
        """The rooms of that name that are not over: `init`, with one in it, or `in-progress`."""
        with in_our_words():
            rooms = self._twilio.conferences.list(friendly_name=name, limit=_MOST_ROOMS)
            return [room.sid for room in rooms if room.status != "completed"]

    def recording(self, sid: str) -> Recording:
        return audio.fetch(self._twilio, sid)

    def recordings_of(self, leg_sid: str) -> list[RecordingReport]:
        with in_our_words():
            made = self._twilio.recordings.list(call_sid=leg_sid, page_size=50)
        return [
            RecordingReport(
                sid=each.sid,
                ready=str(each.status) == "completed",
                duration=_seconds(each.duration),
                absent=str(each.status) in vocabulary.NO_RECORDING,
            )
            for each in made
        ]

    def delete_recording(self, sid: str) -> None:
        with suppress(NotThere), in_our_words():
            self._twilio.recordings(sid).delete()

    def line_setups(self) -> list[LineSetup]:
        return [
            _line_setup(owned) for number in settings.OWN_LINES for owned in self._owned(number)
        ]

    def set_up_line(self, number: str) -> None:
        for owned in self._owned(number):
            # Either of these would have Twilio ignore the URL.
            leaving = {"voice_application_sid": "", "trunk_sid": ""}
            with in_our_words():
                owned.update(
                    voice_url=links.incoming(),
                    voice_method="POST",
                    voice_fallback_url=links.fallback(),
                    voice_fallback_method="POST",
                    status_callback=links.line_status(),
                    status_callback_method="POST",
                    **{name: none for name, none in leaving.items() if getattr(owned, name)},
                )
            return
        raise Refused(vocabulary.NOT_OWNED.format(number=number), "21210")

    def _owned(self, number: str) -> Iterator[Any]:
        """Twilio's record of a number; its filter finds numbers that only contain it, too."""
        with in_our_words():
            found = self._twilio.incoming_phone_numbers.list(phone_number=number, page_size=50)
        return (owned for owned in found if owned.phone_number == number)


def _report(call: Any) -> LegReport:
    """Raises OutcomeUnknown for an answer that is no call."""
    if not CALL_SID.fullmatch(str(call.sid or "")):
        raise OutcomeUnknown(vocabulary.NO_ANSWER)
    status = vocabulary.LEG_WORDS.get(str(call.status), LegStatus.UNKNOWN)
    ended_at, duration = _time(call.end_time), _seconds(call.duration)
    return LegReport(
        sid=call.sid,
        status=status,
        from_number=vocabulary.short(str(call._from or "")),  # noqa: SLF001
        to_number=vocabulary.short(str(call.to or "")),
        created_at=_time(call.date_created) or _time(call.start_time),
        # Twilio tells no time of the answer; a call's duration counts from there.
        answered_at=_earlier(ended_at, duration) if status is LegStatus.COMPLETED else None,
        ended_at=ended_at,
        duration=duration,
    )


def _earlier(moment: datetime | None, seconds: int | None) -> datetime | None:
    return moment - timedelta(seconds=seconds) if moment and seconds is not None else None


def _time(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _seconds(value: object) -> int | None:
    """Twilio writes a duration as a string, and none until the end."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def _line_setup(owned: Any) -> LineSetup:
    ours = (links.incoming(), links.fallback(), links.line_status())
    now = (owned.voice_url, owned.voice_fallback_url, owned.status_callback)
    free = (f"{settings.PUBLIC_BASE_URL}/", vocabulary.DEMONSTRATION)
    rivals = [owned.trunk_sid, owned.voice_application_sid]
    rivals += [url for url in now if not (url or "").startswith(free)]
    occupied_by = next(filter(None, rivals), "")
    return LineSetup(
        number=owned.phone_number,
        voice_url=owned.voice_url or "",
        already_ours=not occupied_by and now == ours,
        occupied_by=occupied_by,
    )
