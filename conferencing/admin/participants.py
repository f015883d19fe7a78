"""The people of conferences, to look at."""

from django.contrib import admin
from django.db.models import Q

from calls import wording
from calls.models import Call, Participant
from calls.records import Records


@admin.register(Participant)
class ParticipantAdmin(Records):
    list_display = ("__str__", "number", "conference", "state", "created_at", "error_detail")
    list_select_related = ("conference",)
    search_help_text = "A phone number in any format, an id of a person or a conference, or a SID"

    @admin.display(description="number")
    def number(self, person: Participant) -> str:
        return wording.number(person.phone_number)

    @admin.display(description="status")
    def state(self, person: Participant) -> str:
        return wording.PEOPLE[person.status]

    def matching(self, sid: str | None, our_id: str | None, number: str | None) -> Q | None:
        if sid:
            # Both in one condition would make the database read every row.
            of_leg = Call.objects.filter(sid=sid).values_list("participant_id", flat=True)
            return Q(id__in=list(of_leg)) if of_leg else Q(text_sid=sid)
        if our_id:
            return Q(conference_id=our_id) if our_id.startswith("conf_") else Q(id=our_id)
        return Q(phone_number=number) if number else None
