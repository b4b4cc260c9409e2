from datetime import UTC, datetime

import pytest

from bench import past, world
from billing.models import Receipt
from charging.models import MeterReading, Session, Settlement
from ocpp_consumer.models import Frame

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_it_writes_months_of_charging() -> None:
    world.build(stations=4, drivers=3)
    past.fill(sessions=1_000, readings=4_000, frames=2_000, now=NOW)
    settled = Session.objects.filter(state=Session.State.SETTLED).count()
    assert (Session.objects.count(), MeterReading.objects.count(), Frame.objects.count()) == (1_000, 4_000, 2_000)
    assert Receipt.objects.count() == Settlement.objects.count() == settled
    oldest, newest = Session.objects.order_by("started_at")[0], Session.objects.order_by("-started_at")[0]
    assert oldest.started_at is not None
    assert newest.stopped_at is not None
    assert (NOW - oldest.started_at).days > 170
    assert newest.stopped_at < NOW
