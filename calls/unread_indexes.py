"""For migrations: drop indexes that nothing reads, without touching their tables."""

from typing import Any

from django.db import migrations


def without_like_indexes(app: str, *models: str) -> migrations.RunPython:
    """Those that Django makes on PostgreSQL for each key that is text; see `KeyField`."""
    return _dropping(app, models, lambda name, _: name.endswith("_like"))


def without_index(app: str, model: str, column: str) -> migrations.RunPython:
    """The one of a foreign key, which begins other indexes too."""
    return _dropping(app, [model], lambda _, found: found == [column])


def _dropping(app: str, models: Any, unread: Any) -> migrations.RunPython:
    def drop(apps: Any, schema_editor: Any) -> None:
        for model in models:
            table = apps.get_model(app, model)._meta.db_table  # noqa: SLF001 - as Django spells it
            for name in _indexes(schema_editor.connection, table, unread):
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")

    return migrations.RunPython(drop, migrations.RunPython.noop)


def _indexes(connection: Any, table: str, unread: Any) -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return [
        name
        for name, of in found.items()
        if of["index"] and not of["unique"] and unread(name, of["columns"])
    ]
