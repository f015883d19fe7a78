"""The port fulfilled with Twilio's REST API."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from threading import local
from typing import Any

from django.conf import settings
from django.utils import timezone

from calls.states import LEG_OVER, TextStatus
from conferencing.carrier import audio, links, vocabulary
from conferencing.carrier.client import new_client
from conferencing.carrier.errors import in_our_words
from conferencing.carrier.listings import Listings
from conferencing.carrier.reports import leg_report, seconds
from conferencing.carrier.sids import MESSAGE_SID
from conferencing.telephony import (
    LegReport,
    LineSetup,
    NotThere,
    OutcomeUnknown,
    Recording,
    RecordingReport,
    Refused,
    Room,
    SentText,
)

_LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]
_PATIENCE = 5  # seconds


class TwilioGateway(Listings):
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

    def send_text(
        self, *, sender: str, to: str, body: str, participant_id: str, attempt: int
    ) -> SentText:
        with in_our_words():
            text = self._twilio.messages.create(
                from_=sender, to=to, body=body, status_callback=links.text(participant_id, attempt)
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
        return leg_report(call)

    def hang_up(self, sid: str) -> LegReport | None:
        try:
            with in_our_words():
                # `completed` ends a leg in any state; `canceled` would only do before the answer.
                return leg_report(self._twilio.calls(sid).update(status="completed"))
        except NotThere:
            return None
        except Refused:
            leg = self.leg(sid)  # It may be over already (21220).
            if leg and leg.status not in LEG_OVER:
                raise
            return leg

    def see_off(self, sid: str, call_id: str) -> None:
        with in_our_words():
            self._twilio.calls(sid).update(
                url=links.see_off(call_id), method="POST", fallback_url=links.fallback()
            )

    def end_room(self, name: str, room_sid: str) -> dict[str, datetime]:
        if room_sid and (at := self._ended(room_sid)):
            return {room_sid: at}
        # The room that we know of may have ended and been born again with another SID.
        ended = {sid: self._ended(sid) for sid in self._rooms(name)}
        return {sid: at for sid, at in ended.items() if at}

    def mute(self, room: Room, leg_sid: str, *, muted: bool) -> None:
        self._update(room, leg_sid, muted=muted)

    def hold(self, room: Room, leg_sid: str, *, on_hold: bool) -> None:
        self._update(room, leg_sid, hold=on_hold)

    def announce(self, room: Room, announcement_id: str, leg_sid: str = "") -> None:
        said = {"announce_url": links.announcement(announcement_id), "announce_method": "POST"}
        if leg_sid:
            self._update(room, leg_sid, **said)
        else:
            self._in_room(room, lambda sid: self._twilio.conferences(sid).update(**said))

    def _update(self, room: Room, leg_sid: str, **change: object) -> None:
        self._in_room(
            room, lambda sid: self._twilio.conferences(sid).participants(leg_sid).update(**change)
        )

    def _in_room(self, room: Room, ask: Callable[[str], object]) -> None:
        """Ask something of a room. The one that we know of may be over, and another be born."""
        for sid in self._lives(room):
            try:
                with in_our_words():
                    ask(sid)
            except Refused as refused:
                if not isinstance(refused, NotThere) and refused.code not in vocabulary.ROOM_GONE:
                    raise
            else:
                return
        raise NotThere(vocabulary.REFUSALS["16022"], "16022")

    def _lives(self, room: Room) -> Iterator[str]:
        if room.sid:
            yield room.sid
        yield from (sid for sid in self._rooms(room.name) if sid != room.sid)

    def _ended(self, room_sid: str) -> datetime | None:
        """End a room by its SID. When it ended; None: it was gone."""
        try:
            with in_our_words():
                room = self._twilio.conferences(room_sid).update(status="completed")
        except Refused as refused:
            if isinstance(refused, NotThere) or refused.code in vocabulary.ROOM_GONE:
                return None
            raise
        return room.date_updated or timezone.now()

    def _rooms(self, name: str) -> list[str]:
        return [room.sid for room in self.rooms(name)]

    def recording(self, sid: str) -> Recording:
        return audio.fetch(self._twilio, sid)

    def recordings_of(self, leg_sid: str) -> list[RecordingReport]:
        with in_our_words():
            made = self._twilio.recordings.list(call_sid=leg_sid, page_size=50)
        return [
            RecordingReport(
                sid=each.sid,
                ready=str(each.status) == "completed",
                duration=seconds(each.duration),
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
