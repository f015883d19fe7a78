"""`/metrics`: what the rows say now, and what the processes have counted."""

from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from calls.models import Call, Conference
from calls.states import LEG_OPEN, ConferenceStatus
from conferencing.models import Heartbeat, Lane, Order, OrderState

_UNFINISHED = (ConferenceStatus.WAITING, ConferenceStatus.LIVE, ConferenceStatus.ENDING)


class _Rows(Collector):
    """Only what is open is counted: its partial indexes cost the same at any age of the tables."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("partyline_database_up", "1 while the database answers")
        try:
            families = [_conferences(), _legs(), *_orders(), _heartbeats()]
        except (DatabaseError, InterfaceError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from families


def _conferences() -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "partyline_conferences", "Conferences that have not ended", labels=["status"]
    )
    for status in _UNFINISHED:
        family.add_metric([status], Conference.objects.filter(status=status).count())
    return family


def _legs() -> GaugeMetricFamily:
    family = GaugeMetricFamily("partyline_legs", "Legs that are not over", labels=["status"])
    rows = Call.objects.filter(status__in=sorted(LEG_OPEN)).order_by()
    counted = dict(rows.values_list("status").annotate(Count("id")))
    for status in sorted(LEG_OPEN):
        family.add_metric([status], counted.get(status, 0))
    return family


def _orders() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    due = GaugeMetricFamily("partyline_orders_due", "Orders that are due", labels=["lane"])
    late = GaugeMetricFamily(
        "partyline_orders_oldest_seconds", "For how long the oldest has been due", labels=["lane"]
    )
    now = timezone.now()
    for lane in Lane:
        rows = Order.objects.filter(lane=lane, state=OrderState.DUE, due_at__lte=now)
        found = rows.aggregate(count=Count("id"), oldest=Min("due_at"))
        due.add_metric([lane], found["count"])
        oldest = found["oldest"] or now
        late.add_metric([lane], (now - oldest).total_seconds())
    return due, late


def _heartbeats() -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "partyline_last_seen_seconds", "Since a part of the service was last seen", labels=["part"]
    )
    now = timezone.now()
    for beat in Heartbeat.objects.all():
        family.add_metric([beat.name], max(0.0, (now - beat.at).total_seconds()))
    return family


@require_safe
def metrics(_: HttpRequest) -> HttpResponse:
    rows = CollectorRegistry()
    rows.register(_Rows())
    text = generate_latest(rows) + generate_latest(_counted())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _counted() -> CollectorRegistry:
    """What all web processes together have counted, where they share a folder for it."""
    shared = CollectorRegistry()
    try:
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    except ValueError:  # PROMETHEUS_MULTIPROC_DIR is not set: there is this process only
        return REGISTRY
    return shared
