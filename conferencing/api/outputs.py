"""What is answered: the fields of the contract, each told from rows that are loaded already."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from calls import moments, wishes
from calls.models import Announcement, Call, CallEvent, Conference, Participant, Voicemail
from calls.states import (
    AnnouncementStatus,
    Command,
    ConferenceStatus,
    Direction,
    EndReason,
    EventKind,
    LegStatus,
    Mode,
    Outcome,
    ParticipantStatus,
    TextStatus,
    VoicemailStatus,
)
from conferencing.api.fields import words

_READY: dict[type[Any], BaseSerializer[Any]] = {}  # shared by threads: telling changes nothing


def shown(by: type[BaseSerializer[Any]], row: object) -> dict[str, Any]:
    """What `by(row).data` is. DRF builds all fields anew for each row; telling does not need it."""
    if by not in _READY:
        _READY[by] = by()
    told: dict[str, Any] = _READY[by].to_representation(row)
    return told


class Trouble(serializers.Serializer[Any]):
    """Why something did not work: a code of the network's or of ours, and a sentence."""

    code = serializers.CharField(source="error_code")
    detail = serializers.CharField(source="error_detail")


def _trouble(row: Participant | Call | Announcement) -> dict[str, str] | None:
    if not row.error_code:
        return None
    return {"code": row.error_code, "detail": row.error_detail}


class _Id(serializers.CharField):
    """The id of another row, or null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)


class Moment(serializers.DateTimeField):
    """A time, or null, that is told by a function of the row."""

    def __init__(self, told: Callable[[Any], datetime | None]) -> None:
        super().__init__(source="*", read_only=True, allow_null=True)
        self._told = told

    def to_representation(self, row: Any) -> Any:
        moment = self._told(row)
        return super().to_representation(moment) if moment else None


@extend_schema_serializer(component_name="Participant")
class ParticipantOut(serializers.ModelSerializer[Participant]):
    mode = serializers.ChoiceField(choices=words(Mode), read_only=True)
    status = serializers.ChoiceField(choices=words(ParticipantStatus), read_only=True)
    phone_number = serializers.CharField(
        read_only=True, allow_null=True, help_text="E.164; null if withheld."
    )
    talk_seconds = serializers.SerializerMethodField(help_text="Time in the room until now.")
    joined_at = Moment(lambda person: moments.joined(person, person.conference.started_at))
    left_at = Moment(lambda person: moments.left(person, person.conference.started_at))
    call_id = _Id(source="current_call_id", help_text="Our id of the newest leg.")
    call_sid = serializers.SerializerMethodField(help_text="The network's id of that leg.")
    asked = serializers.SerializerMethodField(help_text="What is under way with this person.")
    error = serializers.SerializerMethodField()
    sms_status = serializers.SerializerMethodField(help_text="How the SMS fares; null: none sent.")

    class Meta:
        model = Participant
        fields: tuple[str, ...] = (
            *("id", "phone_number", "name", "mode", "status", "muted", "on_hold", "joined_at"),
            *("left_at", "talk_seconds", "call_sid", "error", "sms_status", "invited", "confirm"),
            *("call_id", "organiser", "asked"),
        )
        read_only_fields: tuple[str, ...] = fields

    def get_talk_seconds(self, person: Participant) -> int:
        since: list[datetime] = [
            leg.in_room_since for leg in _open_legs(person) if leg.in_room_since
        ]
        now = timezone.now()
        running = sum(max(0, int((now - start).total_seconds())) for start in since)
        return person.talk_seconds + running

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(choices=words(Command)))
    )
    def get_asked(self, person: Participant) -> list[str]:
        hung_up = any(leg.to_be_hung_up for leg in _open_legs(person))  # type: ignore[attr-defined]  # annotated
        return [*wishes.under_way(person), *([Command.HANG_UP] if hung_up else [])]

    def get_call_sid(self, person: Participant) -> str | None:
        return person.current_call.sid if person.current_call else None

    @extend_schema_field(Trouble(allow_null=True))
    def get_error(self, person: Participant) -> dict[str, str] | None:
        return _trouble(person)

    @extend_schema_field(serializers.ChoiceField(choices=words(TextStatus), allow_null=True))
    def get_sms_status(self, person: Participant) -> str | None:
        return person.text_status or None


def _open_legs(person: Participant) -> list[Call]:
    """Of the legs that came with the conference, those of one person."""
    legs: list[Call] = person.conference.open_legs  # type: ignore[attr-defined]  # prefetched
    return [leg for leg in legs if leg.participant_id == person.id]


@extend_schema_serializer(component_name="Conference")
class ConferenceOut(serializers.ModelSerializer[Conference]):
    status = serializers.ChoiceField(choices=words(ConferenceStatus), read_only=True)
    end_reason = serializers.SerializerMethodField(help_text="Null until it has ended.")
    ended_by = serializers.SerializerMethodField(help_text="Who asked for the end, in words.")
    locked = serializers.SerializerMethodField(help_text="Whether nobody new is let in.")
    lock_reason = serializers.SerializerMethodField()
    participants = ParticipantOut(many=True, read_only=True, source="people")

    class Meta:
        model = Conference
        fields: tuple[str, ...] = (
            *("id", "name", "status", "code", "dial_in_number", "max_duration", "created_at"),
            *("started_at", "ends_at", "ended_at", "end_reason", "ended_by"),
            *("wait_for_organiser", "ends_with_organiser", "locked", "lock_reason", "participants"),
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.ChoiceField(choices=words(EndReason), allow_null=True))
    def get_end_reason(self, conference: Conference) -> str | None:
        return conference.end_reason if conference.status == ConferenceStatus.ENDED else None

    def get_ended_by(self, conference: Conference) -> str | None:
        return conference.ended_by or None

    def get_locked(self, conference: Conference) -> bool:
        return conference.locked_at is not None

    def get_lock_reason(self, conference: Conference) -> str | None:
        return conference.lock_reason or None


@extend_schema_serializer(component_name="Announcement")
class AnnouncementOut(serializers.ModelSerializer[Announcement]):
    status = serializers.ChoiceField(choices=words(AnnouncementStatus), read_only=True)
    conference = _Id(source="conference_id")
    participant = _Id(source="participant_id", help_text="Who alone hears it; null: all do.")
    asked_by = serializers.SerializerMethodField(help_text="Who wanted it; null: Partyline itself.")
    error = serializers.SerializerMethodField()

    class Meta:
        model = Announcement
        fields = (
            *("id", "conference", "participant", "text", "status", "asked_by", "created_at"),
            *("said_at", "error"),
        )
        read_only_fields = fields

    def get_asked_by(self, announcement: Announcement) -> str | None:
        return announcement.asked_by or None

    @extend_schema_field(Trouble(allow_null=True))
    def get_error(self, announcement: Announcement) -> dict[str, str] | None:
        return _trouble(announcement)


@extend_schema_serializer(component_name="Call")
class CallOut(serializers.ModelSerializer[Call]):
    direction = serializers.ChoiceField(choices=words(Direction), read_only=True)
    status = serializers.ChoiceField(choices=words(LegStatus), read_only=True)
    outcome = serializers.ChoiceField(choices=words(Outcome), read_only=True)
    line = serializers.SerializerMethodField(help_text="The number of the line that was called.")
    started_at = serializers.DateTimeField(source="created_at", read_only=True)
    answered_at = Moment(moments.answered)
    ended_at = Moment(moments.ended)
    conference = _Id(source="conference_id")
    participant = _Id(source="participant_id")
    voicemail = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()

    class Meta:
        model = Call
        fields: tuple[str, ...] = (
            *("id", "sid", "direction", "from_number", "to_number", "line", "status", "outcome"),
            *("menu_path", "started_at", "answered_at", "ended_at", "duration", "conference"),
            *("participant", "voicemail", "error"),
        )
        read_only_fields: tuple[str, ...] = fields

    def get_line(self, call: Call) -> str | None:
        return call.line.number if call.line else None

    def get_voicemail(self, call: Call) -> str | None:
        return call.voicemail.id if call.message_left_at else None

    @extend_schema_field(Trouble(allow_null=True))
    def get_error(self, call: Call) -> dict[str, str] | None:
        return _trouble(call)


@extend_schema_serializer(component_name="Voicemail")
class VoicemailOut(serializers.ModelSerializer[Voicemail]):
    call = _Id(source="call_id")
    from_number = serializers.CharField(source="call.from_number", read_only=True)
    line = serializers.SerializerMethodField(help_text="The number of the line that was called.")
    status = serializers.ChoiceField(choices=words(VoicemailStatus), read_only=True)
    heard = serializers.SerializerMethodField()
    audio = serializers.SerializerMethodField(
        help_text="Where the audio is, once we keep it; else null."
    )

    class Meta:
        model = Voicemail
        fields = (
            *("id", "call", "from_number", "line", "status", "duration", "heard", "heard_at"),
            *("note", "transcription", "audio", "content_type", "sha256", "created_at"),
        )
        read_only_fields = fields

    def get_line(self, message: Voicemail) -> str | None:
        return message.call.line.number if message.call.line else None

    def get_heard(self, message: Voicemail) -> bool:
        return message.heard_at is not None

    def get_audio(self, message: Voicemail) -> str | None:
        kept = message.status == VoicemailStatus.KEPT
        return f"/api/v1/voicemails/{message.id}/audio" if kept else None


@extend_schema_serializer(component_name="Event")
class EventOut(serializers.ModelSerializer[CallEvent]):
    kind = serializers.ChoiceField(choices=words(EventKind), read_only=True)
    conference = _Id(source="conference_id")
    participant = _Id(source="participant_id")
    call = _Id(source="call_id")
    detail = serializers.DictField(read_only=True)

    class Meta:
        model = CallEvent
        fields = (
            *("id", "kind", "at", "recorded_at", "conference", "participant", "call"),
            *("applied", "detail"),
        )
        read_only_fields = fields
