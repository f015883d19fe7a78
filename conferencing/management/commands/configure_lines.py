"""`manage.py configure_lines`: let our numbers at Twilio send their calls to us."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from conferencing import lines
from conferencing.telephony import LineSetup, TelephonyError, network


class Command(BaseCommand):
    help = "Set the webhooks of our numbers (SERVER_PHONE, MAIN_LINE_PHONE) at Twilio."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be set, and set nothing"
        )
        parser.add_argument(
            "--force", action="store_true", help="overwrite another application's webhook"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self._configure(dry_run=options["dry_run"], force=options["force"])
        except TelephonyError as error:
            raise CommandError(error.detail) from error

    def _configure(self, *, dry_run: bool, force: bool) -> None:
        setups = network().line_setups()
        if problems := [*_not_owned(setups), *([] if force else _occupied(setups))]:
            raise CommandError("\n".join([*problems, "Nothing was changed."]))
        if not dry_run:
            lines.create_missing()
        for setup in setups:
            if setup.already_ours:
                self.stdout.write(f"{setup.number} sends its calls to us already.")
            elif dry_run:
                self.stdout.write(f"{setup.number} would send its calls to us{_instead_of(setup)}.")
            else:
                network().set_up_line(setup.number)
                self.stdout.write(f"{setup.number} now sends its calls to us{_instead_of(setup)}.")


def _not_owned(setups: list[LineSetup]) -> list[str]:
    owned = {setup.number for setup in setups}
    return [
        f"The Twilio account does not own {number}: buy it there, or correct SERVER_PHONE or"
        " MAIN_LINE_PHONE."
        for number in settings.OWN_LINES
        if number not in owned
    ]


def _occupied(setups: list[LineSetup]) -> list[str]:
    return [
        f"{setup.number} is used by another application: {setup.occupied_by}. To take it over,"
        " add --force."
        for setup in setups
        if setup.occupied_by
    ]


def _instead_of(setup: LineSetup) -> str:
    return f", instead of {setup.occupied_by}" if setup.occupied_by else ""
