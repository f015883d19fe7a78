"""What lives at the network although our conferences are over: rooms, and legs."""

from datetime import timedelta

from django.utils import timezone

from calls.models import Call, Conference
from calls.states import LEG_OVER, ConferenceStatus
from conferencing import orders
from conferencing.reconciling.asking import Round
from conferencing.telephony import LegReport, network

LOOKED_AFTER = timedelta(minutes=10)  # so long after its end a conference is cleared up
SURELY_OVER = timedelta(seconds=15)  # a list may be behind by so much
_AT_ONCE = 500


def hang_up(questions: Round) -> int:
    """End rooms of ended conferences, and legs that we took for over. Returns how many lived."""
    now = timezone.now()
    ended = Conference.objects.filter(
        status=ConferenceStatus.ENDED, ended_at__gt=now - LOOKED_AFTER, ended_at__lt=now
    )
    if not ended.filter(ended_at__lt=now - SURELY_OVER).exists():
        return 0
    return _end_rooms(questions) + _hang_up_legs(questions)


def _end_rooms(questions: Round) -> int:
    names = [room.name for room in questions.ask(network().rooms) or []]
    surely_over = timezone.now() - SURELY_OVER
    over = Conference.objects.filter(status=ConferenceStatus.ENDED, ended_at__lt=surely_over)
    ids = [
        conference_id
        for start in range(0, len(names), _AT_ONCE)
        for conference_id in over.filter(id__in=names[start : start + _AT_ONCE]).values_list(
            "id", flat=True
        )
    ]
    for conference_id in ids:
        orders.end_room_again(conference_id)
    return len(ids)


def _hang_up_legs(questions: Round) -> int:
    live = [report.sid for report in questions.each(network().legs_under_way)]
    surely_over = timezone.now() - SURELY_OVER
    over = Call.objects.filter(status__in=LEG_OVER, ended_at__lt=surely_over)
    hung_up = 0
    for start in range(0, len(live), _AT_ONCE):
        for leg in over.filter(sid__in=live[start : start + _AT_ONCE]):
            hung_up += not questions.over and _hang_up(questions, str(leg.sid))
    return hung_up


def _hang_up(questions: Round, sid: str) -> bool:
    """The leg itself is asked first: a list may be behind."""
    report: LegReport | None = questions.ask(lambda: network().leg(sid))
    if report is None or report.status in LEG_OVER:
        return False
    return questions.ask(lambda: network().hang_up(sid)) is not None
