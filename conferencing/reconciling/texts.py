"""Texts: those of which nobody knows whether they were sent, and those whose fate is not told."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from calls import ids, journal
from calls.journal import Happening, Recorded
from calls.models import Participant
from calls.states import EventKind, TextStatus
from conferencing import ending, invitations
from conferencing.models import OrderKind
from conferencing.reconciling import enquiries
from conferencing.reconciling.asking import Round
from conferencing.telephony import TextReport, network

NEW = timedelta(seconds=20)  # its callbacks may be on their way
LONG_AGO = timedelta(hours=1)
SURELY_LISTED = timedelta(seconds=15)
TWO_LOOKS = timedelta(seconds=10)
NEVER_SENT = ("never_sent", "The network never sent this text: invite again, or read out the code.")
CLOCKS_DIFFER = timedelta(seconds=5)
_TEXT_ORDERS = Q(order__kind=OrderKind.TEXT)
_UNDER_WAY = (TextStatus.QUEUED, TextStatus.SENT)
_AGAIN_AFTER = (timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=5))
_FEW = 8
_MOST = 5_000


def repair(questions: Round) -> int:
    """Returns how many texts were found to have fared otherwise than we knew."""
    return _find_unknown(questions) + _refresh(questions)


# --- Asked for, and never heard whether it was sent ----------------------------------------------


def _find_unknown(questions: Round) -> int:
    repaired = 0
    now = timezone.now()
    unknown = (
        _recent()
        .filter(text_status=TextStatus.UNKNOWN, text_sid=None)
        .annotate(asked_for_at=Max("order__created_at", filter=_TEXT_ORDERS))
        .filter(asked_for_at__lt=now - SURELY_LISTED)
    )
    for person in unknown.order_by("asked_at", "id")[:_MOST]:
        if questions.over:
            break
        to, sender = person.phone_number or "", person.conference.dial_in_number
        sent = questions.ask(partial(network().texts_to, to=to, sender=sender))
        if sent is not None:
            repaired += _settle(person, sent)
            enquiries.asked([person.id])
    return repaired


def _settle(person: Any, sent: Iterable[TextReport]) -> bool:
    """Nobody else's text has the same words: the code in it is this conference's alone."""
    words, since = invitations.wording(person.conference), person.asked_for_at - CLOCKS_DIFFER
    fitting = (r for r in sent if r.body == words and r.created_at and r.created_at >= since)
    if found := next(fitting, None):
        return _write_down(person, found)
    if enquiries.missing_since(f"{person.id}:{person.attempt}", TWO_LOOKS):
        never = TextReport("", TextStatus.FAILED, error=NEVER_SENT)
        return _write_down(person, never)
    return False


# --- Sent, and never heard whether it arrived ----------------------------------------------------


def _refresh(questions: Round) -> int:
    quiet = [person for person in _quiet() if _is_due(person)]
    repaired, answered = 0, []
    for person, report in _answers(questions, quiet):
        answered.append(person.id)
        repaired += _write_down(person, report) if report else False
    enquiries.asked(answered)
    return repaired


def _quiet() -> QuerySet[Any]:
    """A network that never tells whether a text arrived is asked a few times, and no more."""
    quiet = _recent().filter(
        Q(asked_at=None) | Q(times__lt=len(_AGAIN_AFTER)),
        text_status__in=_UNDER_WAY,
        text_sid__isnull=False,
        created_at__lt=timezone.now() - NEW,
    )
    return quiet.order_by("asked_at", "id")[:_MOST]


def _is_due(person: Any) -> bool:
    asked_at, times = person.asked_at, person.times
    return asked_at is None or timezone.now() - asked_at > _AGAIN_AFTER[times]


def _answers(
    questions: Round, people: list[Participant]
) -> Iterator[tuple[Participant, TextReport | None]]:
    waiting = {str(person.text_sid): person for person in people}
    if len(waiting) > _FEW:
        since = min(person.created_at for person in people)
        for report in questions.each(lambda: network().texts_sent(since)):
            if person := waiting.pop(report.sid, None):
                yield person, report
    for sid, person in waiting.items():
        if questions.over:
            return
        answer = questions.ask(partial(network().text, sid))
        if not questions.silent:
            yield person, answer


# -------------------------------------------------------------------------------------------------


def _recent() -> QuerySet[Any]:
    """Ids are in the order of time, so the old ones are not even looked at."""
    since = ids.participant_id_at(timezone.now() - LONG_AGO)
    recent = Participant.objects.filter(id__gt=since).select_related("conference")
    return recent.annotate(asked_at=enquiries.asked_at(), times=Coalesce(enquiries.times(), 0))


def _write_down(person: Participant, report: TextReport) -> bool:
    if report.status == person.text_status:
        return False
    found = Happening(
        kind=EventKind.TEXT_STATUS,
        key=f"{person.id}:text:found:{report.sid or 'none'}:{report.status}",
        detail={"status": report.status, "found": True},
    )
    recorded = journal.text_told(
        person.id, report.status, found, sid=report.sid or None, error=report.error
    )
    if recorded is Recorded.APPLIED:
        ending.leg_over(person.conference_id)
    return recorded is Recorded.APPLIED
