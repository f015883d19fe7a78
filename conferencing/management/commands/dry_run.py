"""`dry_run NUMBER`: what would a caller of one of our lines hear? Nobody is called."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calls.models import Line
from conferencing.carrier import twiml
from conferencing.numbers import as_e164
from conferencing.rehearsal import Rehearsal


class Command(BaseCommand):
    help = "Tells what a caller of one of our lines would hear. Writes nothing, calls nobody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="of the line, such as +12125550101")
        parser.add_argument("--at", default="", help='by the line\'s clock: "2026-11-21 10:00"')
        parser.add_argument(
            "--press", action="append", default=[], help="a key, or several; - is to wait"
        )
        parser.add_argument("--from", dest="caller", default="", help="the caller's number")

    def handle(self, *_args: Any, **options: Any) -> None:
        line = _line(options["number"])
        rehearsal = Rehearsal(
            line, _moment(options["at"], line), "".join(options["press"]), options["caller"]
        )
        try:
            scenes = list(rehearsal.scenes())
        except ValueError as problem:
            raise CommandError(f"--press: {problem}") from None
        for scene in scenes:
            self.stdout.write(scene.happens)
            if scene.step and (words := twiml.words(scene.step)):
                self.stdout.write(f"  {scene.heard_by} hears: “{words}”")


def _line(number: str) -> Line:
    line = Line.objects.filter(number=as_e164(number) or number).first()
    if line is None:
        ours = ", ".join(Line.objects.values_list("number", flat=True)) or "none yet"
        raise CommandError(f"{number} is no line of ours: name one of {ours}.")
    return line


def _moment(written: str, line: Line) -> datetime:
    if not written:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise CommandError(
            f'--at: {written} is no time: write it like "2026-11-21 10:00".'
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(line.time_zone))
