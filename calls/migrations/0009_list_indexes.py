"""Lists and their filters cost the same whatever the number of rows, also where nothing fits."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("calls", "0008_owner_of_call")]

    operations = [
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['status', '-id'], name='call_status'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['outcome', 'direction', '-id'], name='call_outcome_direction'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['line', 'outcome', '-id'], name='call_line_outcome'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['line', 'direction', '-id'], name='call_line_direction'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner', '-id'], name='call_of_owner'),
        ),
        migrations.AddIndex(
            model_name='conference',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['status', '-id'], name='conference_open'),
        ),
        migrations.AddIndex(
            model_name='conference',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['owner', 'status', '-id'], name='conference_open_of_owner'),
        ),
        migrations.AddIndex(
            model_name='conference',
            index=models.Index(fields=['end_reason', '-id'], name='conference_end_reason'),
        ),
        migrations.AddIndex(
            model_name='voicemail',
            index=models.Index(condition=models.Q(('heard_at', None), ('status', 'kept')), fields=['status', '-call'], name='voicemail_unheard_of_call'),
        ),
        migrations.AddIndex(
            model_name='voicemail',
            index=models.Index(condition=models.Q(('heard_at__isnull', True)), fields=['status', '-id'], name='voicemail_not_heard'),
        ),
        migrations.AddIndex(
            model_name='voicemail',
            index=models.Index(condition=models.Q(('heard_at__isnull', False)), fields=['status', '-id'], name='voicemail_heard'),
        ),
        migrations.RemoveIndex(
            model_name='voicemail',
            name='voicemail_unheard',
        ),
        migrations.RemoveIndex(
            model_name='voicemail',
            name='voicemail_unheard_call',
        ),
    ]
