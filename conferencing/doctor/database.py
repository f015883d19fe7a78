"""Whether the database answers, has our tables, and suits the way it is used."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from conferencing.doctor.findings import Finding, error, ok, warning

_PATIENCE = 5  # seconds


def findings() -> Iterator[Finding]:
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"].setdefault("connect_timeout", _PATIENCE)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = _missing()
    except (DatabaseError, InterfaceError) as trouble:
        reason = (str(trouble).strip().splitlines() or ["no reason given"])[0]
        yield error(
            f"The database does not answer: {reason}.".replace("..", "."),
            "See that it runs and that DATABASE_URL names it.",
        )
        return
    if missing:
        yield error(
            f"The database lacks {len(missing)} migration(s), from {missing[0]} on.",
            "Run `manage.py migrate`.",
        )
    else:
        yield ok("The database answers, and has all migrations.")
    yield from _suits()


def _missing() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _suits() -> Iterator[Finding]:
    """One writer at a time is enough for one machine; Redis tells that there may be more."""
    if connection.vendor == "sqlite" and not settings.CELERY_BROKER_URL.startswith("filesystem"):
        yield warning(
            "The database is SQLite, while the broker lets workers run on several machines.",
            "Set DATABASE_URL to PostgreSQL, or keep all programs on this machine, and few.",
        )
