"""`manage.py doctor`: what is wrong with the set-up, and how to mend it."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conferencing.doctor.examination import examine
from conferencing.doctor.findings import Level


class Command(BaseCommand):
    help = "Examine the set-up. Each finding is ok, a warning or an error; 1 if there is an error."
    requires_system_checks = []

    def handle(self, *_: Any, **__: Any) -> None:
        levels: Counter[Level] = Counter()
        for check, finding in examine():
            levels[finding.level] += 1
            self.stdout.write(f"{finding.level:<8} {check.name:<11} {finding.says}")
            if finding.remedy:
                self.stdout.write(f"{'':<20} → {finding.remedy}")
        errors, warnings = levels[Level.ERROR], levels[Level.WARNING]
        if errors:
            raise CommandError(f"{errors} error(s), {warnings} warning(s).", returncode=1)
        self.stdout.write(f"No errors, {warnings} warning(s).")
