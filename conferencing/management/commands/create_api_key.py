"""`manage.py create_api_key NAME [--staff] [--read-only]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conferencing.models import ApiKey

_LONGEST_NAME = 80


class Command(BaseCommand):
    help = "Make a key to the REST API and print it, alone: it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="whose key it is, or what for")
        parser.add_argument("--staff", action="store_true", help="sees everybody's conferences")
        parser.add_argument("--read-only", action="store_true", help="may look, and do no more")

    def handle(self, *_: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise CommandError(f"Give the key a name of 1 to {_LONGEST_NAME} printable characters.")
        secret = ApiKey.issue(name, staff=options["staff"], read_only=options["read_only"])
        self.stdout.write(secret)
