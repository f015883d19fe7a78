"""Indexes that let the activity feed read a page at the same cost whatever the number of calls."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("calls", "0002_main_line")]

    operations = [
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["direction", "-id"], name="call_direction"),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(
                condition=models.Q(("name", ""), _negated=True),
                fields=["phone_number", "-id"],
                name="participant_known",
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(
                fields=["name"],
                name="participant_by_name",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="voicemail",
            index=models.Index(
                condition=models.Q(("heard_at", None), ("status", "kept")),
                fields=["-call"],
                name="voicemail_unheard_call",
            ),
        ),
    ]
