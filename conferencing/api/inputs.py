"""What may be sent: the bodies and the filters."""

from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from calls import ids
from calls.models import announcement
from calls.states import ConferenceStatus, Direction, LegStatus, Mode, Outcome
from conferencing.api.fields import (
    DurationField,
    FilterNumberField,
    FlagField,
    PhoneNumberField,
    QueryFlagField,
    SecondsField,
    StrictSerializer,
    TextField,
    WordField,
    words,
)
from conferencing.conferences import MOST_PARTICIPANTS, Invitee

_LONGEST_NAME = 100
_LONGEST_REASON = 200
_MOMENT: dict[str, Any] = {
    "invalid": "Write a time such as 2026-01-31T12:00:00Z (a + must be written %2B)."
}
_OF_ORGANISERS = ("wait_for_organiser", "ends_with_organiser")
_NO_ORGANISER = serializers.ErrorDetail(
    'Nobody is an organiser: give a participant "organiser": true, or leave this out.',
    "no_organiser",
)
_SOMEBODY: dict[str, Any] = {
    "not_a_list": "Send a list of objects, each with a phone_number and a mode.",
    "empty": "Name at least one participant.",
    "max_length": f"A conference has at most {MOST_PARTICIPANTS} participants.",
    "required": "Name at least one participant.",
    "null": "Name at least one participant.",
}


class Nothing(StrictSerializer):
    """An empty body, or an empty object."""


class NewParticipant(StrictSerializer):
    phone_number = PhoneNumberField(
        help_text="With + and the country code, formatted as you like; the answer is E.164."
    )
    mode = WordField(
        choices=words(Mode), help_text="dial_in: is texted the code. dial_out: is called."
    )
    name = TextField(required=False, allow_blank=True, max_length=_LONGEST_NAME)
    confirm = FlagField(
        required=False,
        help_text="Whether a called person must press 1 to join; as DIAL_OUT_CONFIRM if not given.",
    )
    organiser = FlagField(required=False, help_text="Whether he or she runs the conference.")


class NewConference(StrictSerializer):
    name = TextField(required=False, allow_blank=True, max_length=_LONGEST_NAME)
    participants: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=NewParticipant(),
        max_length=MOST_PARTICIPANTS,
        allow_empty=False,
        error_messages=_SOMEBODY,
    )
    max_duration = DurationField(
        required=False,
        help_text="Seconds from the first entry; as CONFERENCE_MAX_DURATION if not given.",
    )
    wait_for_organiser = FlagField(
        required=False, help_text="Whether the others hear music until an organiser has come."
    )
    ends_with_organiser = FlagField(
        required=False, help_text="Whether it ends for all when the last organiser has left."
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        roles = [name for name in _OF_ORGANISERS if asked.get(name)]
        if roles and not any(person.get("organiser") for person in asked["participants"]):
            raise ValidationError({name: [_NO_ORGANISER] for name in roles})
        return asked

    def validate_participants(self, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
        seen: set[tuple[str, str]] = set()
        complaints: list[dict[str, Any]] = []
        for person in people:
            pair = (person["phone_number"], person["mode"])
            complaints.append(_twice(*pair) if pair in seen else {})
            seen.add(pair)
        if any(complaints):
            raise ValidationError(complaints)
        return people


def _twice(number: str, mode: str) -> dict[str, Any]:
    detail = f"{number} is on the list already with mode {mode}: name each only once."
    return {"phone_number": [serializers.ErrorDetail(detail, "duplicate")]}


def invitee(person: dict[str, Any]) -> Invitee:
    return Invitee(
        phone_number=person["phone_number"],
        mode=Mode(person["mode"]),
        name=person.get("name", ""),
        confirm=person.get("confirm", settings.DIAL_OUT_CONFIRM),
        organiser=person.get("organiser", False),
    )


class ParticipantChanges(StrictSerializer):
    muted = FlagField(required=False, help_text="Whether the others hear this person.")
    on_hold = FlagField(required=False, help_text="Whether this person hears music instead.")
    name = TextField(required=False, allow_blank=True, max_length=_LONGEST_NAME)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not asked:
            raise ValidationError("Say what to change: muted, on_hold or name.", "required")
        return asked


class Extension(StrictSerializer):
    seconds = SecondsField(help_text="How much longer; is added to `ends_at`.")


class NewAnnouncement(StrictSerializer):
    text = TextField(max_length=announcement.LONGEST, help_text="What is said.")
    participant = TextField(
        required=False,
        allow_null=True,
        max_length=ids.MAX_LENGTH,
        help_text="The id of the only one who is to hear it; all do if not given.",
    )


class Lock(StrictSerializer):
    reason = TextField(
        required=False,
        allow_blank=True,
        max_length=_LONGEST_REASON,
        help_text="Is said to those who are turned away.",
    )


class HeardFlag(StrictSerializer):
    heard = FlagField(help_text="Whether somebody has listened to it.")


# --- Filters ------------------------------------------------------------------------------------


class _Filters(StrictSerializer):
    """Query parameters; those of the pages are read elsewhere."""

    def _unknown(self, data: Any) -> dict[str, list[str]]:
        own = {name: value for name, value in data.items() if name not in ("cursor", "page_size")}
        return super()._unknown(own)


class NoFilters(_Filters):
    """A list that can only be paged."""


class ConferenceFilters(_Filters):
    status = WordField(required=False, choices=words(ConferenceStatus))
    created_after = serializers.DateTimeField(required=False, error_messages=_MOMENT)
    created_before = serializers.DateTimeField(required=False, error_messages=_MOMENT)


class VoicemailFilters(_Filters):
    heard = QueryFlagField(required=False, help_text="true or false.")


class CallFilters(_Filters):
    direction = WordField(required=False, choices=words(Direction))
    status = WordField(required=False, choices=words(LegStatus))
    outcome = WordField(required=False, choices=words(Outcome))
    line = FilterNumberField(required=False, help_text="The number of a line of ours.")
    number = FilterNumberField(required=False, help_text="Either end, in any format.")
    conference = TextField(required=False, max_length=40, help_text="The id of a conference.")
    started_after = serializers.DateTimeField(required=False, error_messages=_MOMENT)
    started_before = serializers.DateTimeField(required=False, error_messages=_MOMENT)
