"""The open legs of a conference stand in one index; that of the foreign key alone is dropped."""

import django.db.models.deletion
from django.db import migrations, models

from calls.unread_indexes import without_index


class Migration(migrations.Migration):

    dependencies = [("calls", "0010_unread_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["conference", "status"], name="call_of_conference"),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="call",
                    name="conference",
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="legs", to="calls.conference"),
                ),
            ],
            database_operations=[without_index("calls", "Call", "conference_id")],
        ),
    ]
