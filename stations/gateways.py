"""What is left behind by a server process that died without a word."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Greatest

from stations import news
from stations.models import ConnectionSpan, Gateway, Station
from stations.models.network import LEASE

BATCH = 1000
# Dead gateways stay in the admin for a day, then their rows go.
REMEMBERED = timedelta(days=1)


def bury(*, at: datetime) -> int:
    """End the connections of gateways whose lease ran out; how many stations lost theirs."""
    buried = 0
    while batch := bury_batch(at=at):
        buried += batch
    Gateway.objects.filter(renewed_at__lte=at - REMEMBERED, stations=None).delete()
    return buried


@transaction.atomic
def bury_batch(*, at: datetime) -> int:
    """Close the spans of some stations of dead gateways, at the last sign of life, and let the stations go.

    The rows stay locked meanwhile, so that a station that comes back begins its new span after the old one is closed.
    """
    dead = Station.objects.filter(gateway__renewed_at__lte=at - LEASE)
    locked = dead.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk")
    keys = list(locked.values_list("pk", flat=True)[:BATCH])
    last_sign = Station.objects.filter(pk=OuterRef("station_id")).values("gateway__renewed_at")
    ConnectionSpan.objects.filter(station__in=keys, until=None).update(
        until=Greatest(F("since"), Subquery(last_sign)), reason=ConnectionSpan.Reason.GATEWAY_DIED
    )
    news.tell(news.OFFLINE, stations=keys, at=at)
    return Station.objects.filter(pk__in=keys).update(gateway=None)
