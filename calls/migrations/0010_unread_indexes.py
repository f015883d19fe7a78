"""Indexes that nothing reads are dropped; the columns stay as they are."""

import django.db.models.deletion
from django.db import migrations, models

import calls.ids
import calls.models.base
from calls.unread_indexes import without_index, without_like_indexes

_MODELS = (
    *("Announcement", "Call", "CallEvent", "Conference", "ForwardTarget", "Line", "LineOption"),
    *("OpeningHours", "Participant", "Voicemail"),
)


class Migration(migrations.Migration):

    dependencies = [("calls", "0009_list_indexes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='announcement',
                    name='id',
                    field=calls.models.base.KeyField(default=calls.ids.announcement_id, editable=False, max_length=40, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    model_name='call',
                    name='id',
                    field=calls.models.base.KeyField(default=calls.ids.call_id, editable=False, max_length=40, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    model_name='call',
                    name='line',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='calls.line'),
                ),
                migrations.AlterField(
                    model_name='call',
                    name='sid',
                    field=calls.models.base.KeyField(blank=True, help_text="the network's id of the leg", max_length=40, null=True, unique=True),
                ),
                migrations.AlterField(
                    model_name='callevent',
                    name='call',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='calls.call'),
                ),
                migrations.AlterField(
                    model_name='callevent',
                    name='conference',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='calls.conference'),
                ),
                migrations.AlterField(
                    model_name='callevent',
                    name='id',
                    field=calls.models.base.KeyField(default=calls.ids.event_id, editable=False, max_length=40, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    model_name='callevent',
                    name='key',
                    field=calls.models.base.KeyField(help_text='the same happening told twice has the same key', max_length=160, unique=True),
                ),
                migrations.AlterField(
                    model_name='conference',
                    name='id',
                    field=calls.models.base.KeyField(default=calls.ids.conference_id, editable=False, max_length=40, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    model_name='line',
                    name='id',
                    field=calls.models.base.KeyField(default=calls.ids.line_id, editable=False, max_length=40, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    model_name='participant',
                    name='id',
                    field=calls.models.base.KeyField(default=calls.ids.participant_id, editable=False, max_length=40, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    model_name='participant',
                    name='text_sid',
                    field=calls.models.base.KeyField(blank=True, max_length=40, null=True, unique=True),
                ),
                migrations.AlterField(
                    model_name='voicemail',
                    name='id',
                    field=calls.models.base.KeyField(default=calls.ids.voicemail_id, editable=False, max_length=40, primary_key=True, serialize=False),
                ),
                migrations.AlterField(
                    model_name='voicemail',
                    name='recording_sid',
                    field=calls.models.base.KeyField(blank=True, max_length=40, null=True, unique=True),
                ),
            ],
            database_operations=[
                without_like_indexes("calls", *_MODELS),
                without_index("calls", "Call", "line_id"),
                without_index("calls", "CallEvent", "conference_id"),
                without_index("calls", "CallEvent", "call_id"),
            ],
        ),
    ]
