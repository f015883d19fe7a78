"""Indexes that nothing reads are dropped; the columns stay as they are."""

from django.db import migrations

import calls.models.base
from calls.unread_indexes import without_like_indexes


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0010_unread_indexes"),
        ("conferencing", "0006_see_off"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="order",
                    name="key",
                    field=calls.models.base.KeyField(
                        help_text="the same order has the same key", max_length=80, unique=True
                    ),
                ),
            ],
            database_operations=[without_like_indexes("conferencing", "Guess", "Order")],
        ),
    ]
