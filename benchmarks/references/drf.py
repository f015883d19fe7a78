"""A DRF view that writes a conference and its three people and nothing else, as its guide teaches.

The rows are those that ours writes, in the same tables.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import generics, serializers

from calls.models import Conference, Participant
from config.settings import CONFERENCE_MAX_DURATION, SERVER_PHONE


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    class Meta:
        model = Participant
        fields = (
            *("id", "phone_number", "name", "mode", "status", "muted", "on_hold"),
            *("joined_at", "left_at", "talk_seconds"),
        )
        read_only_fields = ("status", "muted", "on_hold", "joined_at", "left_at", "talk_seconds")


class ConferenceSerializer(serializers.ModelSerializer[Conference]):
    participants = ParticipantSerializer(many=True)

    class Meta:
        model = Conference
        fields = (
            *("id", "name", "status", "code", "dial_in_number", "max_duration", "created_at"),
            *("started_at", "ends_at", "ended_at", "end_reason", "participants"),
        )
        read_only_fields = (
            *("status", "code", "dial_in_number", "max_duration", "created_at"),
            *("started_at", "ends_at", "ended_at", "end_reason"),
        )

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Conference:
        people = validated_data.pop("participants")
        conference = Conference.objects.create(
            **validated_data,
            code=secrets.token_hex(4),
            dial_in_number=SERVER_PHONE,
            max_duration=CONFERENCE_MAX_DURATION,
            no_show_at=timezone.now() + timedelta(minutes=10),
        )
        for person in people:
            Participant.objects.create(conference=conference, **person)
        return conference


class Conferences(generics.CreateAPIView[Conference]):
    queryset = Conference.objects.all()
    serializer_class = ConferenceSerializer
