"""A call knows whose it is: a key's calls are then read from one index, in the lists' order."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_owners(apps: Any, _: Any) -> None:
    call, conference = apps.get_model("calls", "Call"), apps.get_model("calls", "Conference")
    owned = conference.objects.filter(id=OuterRef("conference_id")).exclude(owner="")
    of_conferences = call.objects.filter(conference__isnull=False)
    of_conferences.update(owner=Subquery(owned.values("owner")[:1]))


class Migration(migrations.Migration):

    dependencies = [("calls", "0007_found_in")]

    operations = [
        migrations.AddField(
            model_name='call',
            name='owner',
            field=models.CharField(blank=True, help_text="that of its conference, so that a key's calls stand in one index", max_length=40, null=True),
        ),
        migrations.RunPython(copy_owners, migrations.RunPython.noop),
    ]
