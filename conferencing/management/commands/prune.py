"""`manage.py prune`: delete what is not needed any more."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from conferencing import pruning


class Command(BaseCommand):
    help = (
        "Delete settled orders, expired idempotency keys, old guesses. Conferences, people, calls"
        " and messages stay, unless --calls-before says otherwise."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, default=pruning.DAYS, help="orders settled longer ago than that"
        )
        parser.add_argument(
            "--calls-before",
            metavar="DATE",
            help="delete conferences and calls, too, that were over before that day began (UTC),"
            " with their people, events, messages and audio, such as 2025-12-31",
        )
        parser.add_argument("--dry-run", action="store_true", help="say how many, delete none")

    def handle(self, *_: Any, **options: Any) -> None:
        dry, days = options["dry_run"], options["days"]
        if days < 1:
            raise CommandError("--days: give 1 or more.")
        before = _moment(options["calls_before"])
        if before:
            self._tell(_calls(before, dry=dry), dry=dry)
        for name, rows in pruning.needless(days).items():
            self._tell({name: rows.count() if dry else pruning.delete(rows)}, dry=dry)

    def _tell(self, counts: dict[str, int], *, dry: bool) -> None:
        verb = "would be deleted" if dry else "deleted"
        for name, number in counts.items():
            self.stdout.write(f"{number} {name} {verb}.")


def _calls(before: datetime, *, dry: bool) -> dict[str, int]:
    counts = pruning.old_calls(before) if dry else pruning.delete_calls(before)
    return dict(sorted(counts.items()))


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise CommandError(
            f"--calls-before: {written} is no day: write it like 2025-12-31."
        ) from None
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if moment > timezone.now() - timedelta(days=1):
        raise CommandError(
            f"--calls-before: {written} is not a day ago: the last day is never pruned."
        )
    return moment
