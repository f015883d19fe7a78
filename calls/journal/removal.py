"""What is old is taken out whole: a conference or a call, and whatever refers to it."""

import logging
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from calls.models import Call, Conference, Participant, Voicemail
from calls.states import ConferenceStatus

logger = logging.getLogger(__name__)

_CORE: tuple[type[Model], ...] = (Voicemail, Call, Participant, Conference)
Rows = QuerySet[Any]
Ids = Collection[str] | Rows


def old_conferences(before: datetime) -> QuerySet[Conference]:
    """Those that were over before that moment."""
    return Conference.objects.filter(status=ConferenceStatus.ENDED, ended_at__lt=before)


def old_calls(before: datetime) -> QuerySet[Call]:
    """Those of no conference that were over by then, without the legs that were made for them."""
    over = Q(ended_at__lt=before) | Q(ended_at=None)
    return Call.objects.filter(over, conference=None, parent=None, created_at__lt=before)


def count(conferences: Ids, calls: Ids) -> Counter[str]:
    """How many rows of each kind `remove` would take out."""
    legs, people = _legs(conferences, calls), _people(conferences)
    rows = [*_referring(conferences, legs.values("id"), people.values("id")), legs, people]
    found = Counter({_name(each.model): 0 for each in rows})
    for each in rows:
        found[_name(each.model)] += each.distinct().count()
    found[_name(Conference)] = Conference.objects.filter(id__in=conferences).count()
    return found


@transaction.atomic
def remove(conferences: Ids, calls: Ids) -> Counter[str]:
    """Take them out for good, with all their people, legs, events, messages and their audio."""
    legs = list(_legs(conferences, calls).values_list("id", flat=True))
    people = list(_people(conferences).values_list("id", flat=True))
    _forget_audio(legs)
    gone: Counter[str] = Counter()
    for rows in _referring(conferences, legs, people):
        gone[_name(rows.model)] += rows.delete()[0]
    Participant.objects.filter(id__in=people).update(current_call=None)
    for rows in (
        Call.objects.filter(id__in=legs).exclude(parent=None),
        Call.objects.filter(id__in=legs),
        Participant.objects.filter(id__in=people),
        Conference.objects.filter(id__in=conferences),
    ):
        gone[_name(rows.model)] += rows.delete()[0]
    return gone


def _legs(conferences: Ids, calls: Ids) -> QuerySet[Call]:
    own = Q(conference__in=conferences) | Q(id__in=calls) | Q(parent__in=calls)
    return Call.objects.filter(own)


def _people(conferences: Ids) -> QuerySet[Participant]:
    return Participant.objects.filter(conference__in=conferences)


def _referring(conferences: Ids, legs: Ids, people: Ids) -> Iterator[Rows]:
    """Whatever table refers to them, of this app or of another that we do not know."""
    rows: dict[type[Model], Q] = {Voicemail: Q(call__in=legs)}
    owners: tuple[tuple[type[Model], Ids], ...] = (
        (Call, legs),
        (Participant, people),
        (Conference, conferences),
    )
    for owner, ids in owners:
        for relation in owner._meta.related_objects:  # noqa: SLF001 - Django documents it
            table = relation.related_model
            if table not in _CORE:
                rows[table] = rows.get(table, Q()) | Q(**{f"{relation.field.name}__in": ids})
    for table, condition in rows.items():
        yield QuerySet(model=table).filter(condition)


def _forget_audio(legs: Ids) -> None:
    for message in Voicemail.objects.filter(call__in=legs).exclude(audio=""):
        transaction.on_commit(partial(_delete_file, message.audio))


def _delete_file(audio: Any) -> None:
    try:
        audio.storage.delete(audio.name)
    except OSError as trouble:  # its row is gone: nobody would try again
        logger.warning("the audio %s could not be deleted: %s", audio.name, trouble)


def _name(model: type[Model]) -> str:
    name = str(model._meta.verbose_name)  # noqa: SLF001 - Django documents it
    return f"{name}{'es' if name.endswith('s') else 's'}"
