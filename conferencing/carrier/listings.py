"""What Twilio says is true now, of one or of many at once. Its lists are a moment behind."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from conferencing.carrier import vocabulary
from conferencing.carrier.errors import in_our_words
from conferencing.carrier.reports import leg_report, text_report, time_of
from conferencing.telephony import LegReport, NotThere, RoomReport, Seat, TextReport

_PAGE = 1000  # Twilio's largest
_MOST_TEXTS = 50  # to one number: the newest
_MOST_OF_ONE_NAME = 100  # one conference of ours may have been several rooms
_UNDER_WAY = ("queued", "ringing", "in-progress")
_OPEN_ROOMS = ("init", "in-progress")  # `init`: with one in it


class Listings:
    """The part of the gateway that only asks."""

    @property
    def _twilio(self) -> Any:
        raise NotImplementedError

    def leg(self, sid: str) -> LegReport | None:
        with suppress(NotThere), in_our_words():
            return leg_report(self._twilio.calls(sid).fetch())
        return None

    def legs_to(self, *, to: str, caller_id: str, since: datetime) -> list[LegReport]:
        with in_our_words():
            found = self._twilio.calls.list(
                to=to, from_=caller_id, start_time_after=_from(since), page_size=_PAGE
            )
            return [leg_report(call) for call in found]

    def legs_under_way(self) -> Iterator[LegReport]:
        for status in _UNDER_WAY:
            with in_our_words():
                for call in self._twilio.calls.stream(status=status, page_size=_PAGE):
                    yield leg_report(call)

    def legs_ended(self, since: datetime) -> Iterator[LegReport]:
        with in_our_words():
            for call in self._twilio.calls.stream(end_time_after=_from(since), page_size=_PAGE):
                yield leg_report(call)

    def rooms(self, name: str = "") -> list[RoomReport]:
        conferences = self._twilio.conferences
        with in_our_words():
            if name:
                found = conferences.list(friendly_name=name, limit=_MOST_OF_ONE_NAME)
            else:
                lists = [conferences.list(status=s, page_size=_PAGE) for s in _OPEN_ROOMS]
                found = [room for each in lists for room in each]
            return [
                RoomReport(room.sid, vocabulary.short(room.friendly_name or ""))
                for room in found
                if room.status in _OPEN_ROOMS
            ]

    def people_in(self, room_sid: str) -> list[Seat]:
        with suppress(NotThere), in_our_words():
            people = self._twilio.conferences(room_sid).participants.list(page_size=_PAGE)
            # Who enters by TwiML is a participant from that moment on.
            return [
                Seat(p.call_sid, time_of(p.date_created), muted=p.muted, on_hold=p.hold)
                for p in people
            ]
        return []

    def text(self, sid: str) -> TextReport | None:
        with suppress(NotThere), in_our_words():
            return text_report(self._twilio.messages(sid).fetch())
        return None

    def texts_to(self, *, to: str, sender: str) -> list[TextReport]:
        # Not by DateSent: what still waits to be sent has none.
        with in_our_words():
            found = self._twilio.messages.list(to=to, from_=sender, limit=_MOST_TEXTS)
            return [text_report(text) for text in found]

    def texts_sent(self, since: datetime) -> Iterator[TextReport]:
        with in_our_words():
            for text in self._twilio.messages.stream(date_sent_after=_from(since), page_size=_PAGE):
                yield text_report(text)


def _from(moment: datetime) -> datetime:
    """Twilio's filters send whole seconds."""
    return moment.astimezone(UTC) - timedelta(seconds=1)
