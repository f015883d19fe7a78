"""What came of a conference: each text, each call, each stay; what was said, who had to stay out.

The one conference is told with it, the list is not.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from calls import ledger
from calls.ledger import Stay, Text
from calls.models import Call, CallEvent, Conference, Participant
from calls.states import EventKind, TextStatus
from conferencing.api import visible
from conferencing.api.fields import words
from conferencing.api.outputs import (
    AnnouncementOut,
    CallOut,
    ConferenceOut,
    ParticipantOut,
    Trouble,
)
from conferencing.models import ApiKey
from conferencing.numbers import as_e164


@dataclass(frozen=True)
class _Told:
    """The parts of a ledger that are no rows of their own, each by the id of whom it is about."""

    texts: dict[str, tuple[Text, ...]]
    stays: dict[str, tuple[Stay, ...]]
    calls: dict[str, list[Call]]


class StayOut(serializers.Serializer[Any]):
    joined_at = serializers.DateTimeField(source="start")
    left_at = serializers.DateTimeField(
        source="end", allow_null=True, help_text="Null while it lasts."
    )
    seconds = serializers.IntegerField()


@extend_schema_serializer(component_name="SentText")
class TextOut(serializers.Serializer[Any]):
    asked_at = serializers.DateTimeField(help_text="When the network was asked to send it.")
    status = serializers.ChoiceField(choices=words(TextStatus))
    told_at = serializers.DateTimeField(help_text="When it came to this status.")
    error = serializers.SerializerMethodField()

    @extend_schema_field(Trouble(allow_null=True))
    def get_error(self, text: Text) -> dict[str, str] | None:
        return {"code": text.code, "detail": text.why} if text.why else None


@extend_schema_serializer(component_name="CallWithStays")
class CallWithStaysOut(CallOut):
    stays = serializers.SerializerMethodField(help_text="In the room, each without a break.")

    class Meta(CallOut.Meta):
        fields = (*CallOut.Meta.fields, "stays")
        read_only_fields = fields

    @extend_schema_field(StayOut(many=True))
    def get_stays(self, call: Call) -> Any:
        return StayOut(self.context["told"].stays.get(call.id, ()), many=True).data


@extend_schema_serializer(component_name="ParticipantInFull")
class ParticipantInFullOut(ParticipantOut):
    retries = serializers.SerializerMethodField(help_text="How often invited again.")
    texts = serializers.SerializerMethodField(help_text="Each time that the code was texted.")
    calls = serializers.SerializerMethodField(help_text="Each call to or from this person.")

    class Meta(ParticipantOut.Meta):
        fields = (*ParticipantOut.Meta.fields, "retries", "texts", "calls")
        read_only_fields = fields

    def get_retries(self, person: Participant) -> int:
        return person.attempt - 1

    @extend_schema_field(TextOut(many=True))
    def get_texts(self, person: Participant) -> Any:
        return TextOut(self.context["told"].texts.get(person.id, ()), many=True).data

    @extend_schema_field(CallWithStaysOut(many=True))
    def get_calls(self, person: Participant) -> Any:
        calls = self.context["told"].calls[person.id]
        return CallWithStaysOut(calls, many=True, context=self.context).data


@extend_schema_serializer(component_name="TurnedAway")
class TurnedAwayOut(serializers.ModelSerializer[CallEvent]):
    """Somebody who knew the code, and was not let in."""

    call = serializers.CharField(source="call_id", allow_null=True, read_only=True)
    phone_number = serializers.SerializerMethodField(help_text="E.164; null if withheld.")

    class Meta:
        model = CallEvent
        fields = ("at", "call", "phone_number")
        read_only_fields = fields

    def get_phone_number(self, event: CallEvent) -> str | None:
        return as_e164(event.call.their_number) if event.call else None


@extend_schema_serializer(component_name="ConferenceInFull")
class ConferenceInFullOut(ConferenceOut):
    participants = ParticipantInFullOut(many=True, read_only=True, source="people")
    announcements = AnnouncementOut(many=True, read_only=True)
    turned_away = serializers.SerializerMethodField()

    class Meta(ConferenceOut.Meta):
        fields = (*ConferenceOut.Meta.fields, "announcements", "turned_away")
        read_only_fields = fields

    @extend_schema_field(TurnedAwayOut(many=True))
    def get_turned_away(self, _: Conference) -> Any:
        return TurnedAwayOut(self.context["turned_away"], many=True).data


def in_full(key: ApiKey, conference: Conference) -> dict[str, Any]:
    """In as many queries for one person as for all that a room can hold."""
    people = visible.people(conference)
    legs = list(visible.legs_of(key, conference))
    events = list(ledger.events_of(conference.id))
    found = ledger.compose(
        conference, people, legs, ledger.sightings_of(conference.id), events, (), now=timezone.now()
    )
    told = _Told(
        texts={person.id: person.texts for person in found.people},
        stays={
            leg.id: tuple(_in_order(leg.stays, conference.started_at))
            for leg in chain.from_iterable(person.legs for person in found.people)
        },
        calls=_by_participant(legs),
    )
    turned_away = [each for each in events if each.kind == EventKind.TURNED_AWAY]
    context = {"told": told, "turned_away": turned_away}
    return dict(ConferenceInFullOut(conference, context=context).data)


def _in_order(stays: Iterable[Stay], began: datetime | None) -> Iterable[Stay]:
    """Nobody is seen to enter before the conference's own beginning; see `calls.moments`."""
    for stay in stays:
        start = max(stay.start, began or stay.start)
        yield Stay(start, stay.end and max(stay.end, start), stay.seconds)


def _by_participant(legs: Iterable[Call]) -> dict[str, list[Call]]:
    found: defaultdict[str, list[Call]] = defaultdict(list)
    for leg in legs:
        found[str(leg.participant_id)].append(leg)
    return found
