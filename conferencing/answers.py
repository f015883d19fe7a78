"""The answers that were given to requests with an `Idempotency-Key`, kept for a day.

A key is claimed by the INSERT of its row, in the transaction that does the work. Of many at once
one inserts; the others wait for its commit (PostgreSQL at the unique index, SQLite at BEGIN) and
find its answer, or, if it was rolled back, are next.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from conferencing.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
_TRIES = 3


def find(owner: str, key: str) -> IdempotencyKey | None:
    """The answer to an earlier request with this key; None: there is none, or it is too old."""
    fresh = IdempotencyKey.objects.filter(created_at__gt=timezone.now() - KEPT_FOR)
    return fresh.filter(owner=owner, key=key).first()


def claim(owner: str, key: str, fingerprint: str) -> tuple[IdempotencyKey, bool]:
    """Claim a key for this transaction. Returns its row and whether it is ours to answer."""
    for _ in range(_TRIES):
        old().filter(owner=owner, key=key).delete()
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(owner=owner, key=key, fingerprint=fingerprint)
        except IntegrityError:
            earlier = find(owner, key)
            if earlier:
                return earlier, False
        else:
            return row, True
    raise RuntimeError("an idempotency key was claimed and given up again and again")


def keep(row: IdempotencyKey, status: int, answer: str, conference_id: str) -> None:
    """Keep an answer. It must hold no digits of a code: these stand in the conference's row."""
    row.status, row.answer, row.conference_id = status, answer, conference_id
    row.save(update_fields=["status", "answer", "conference_id"])


def forget_old_answers() -> int:
    """Delete answers that are older than a day. Returns how many."""
    deleted, _ = old().delete()
    return deleted


def old() -> QuerySet[IdempotencyKey]:
    """Those that are not given any more."""
    return IdempotencyKey.objects.filter(created_at__lte=timezone.now() - KEPT_FOR)
