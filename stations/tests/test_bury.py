import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from drivepower.core.tests.waiting import PATIENCE_SECONDS, on_another_thread
from stations import gateways
from stations.models import ConnectionSpan, Gateway, Station
from stations.models.network import LEASE
from stations.tests.world import NOON, connect, gateway, seconds, station

DEAD = NOON + LEASE


def span(of: Station, *, since: datetime = NOON) -> ConnectionSpan:
    return ConnectionSpan.objects.create(station=of, epoch=of.epoch, since=since)


@pytest.mark.django_db
def test_it_ends_the_connections_of_a_dead_gateway_at_its_last_sign_of_life() -> None:
    made = connect(station(), gateway(at=NOON))
    open_span = span(made, since=NOON - seconds(100))
    assert gateways.bury(at=DEAD) == 1
    open_span.refresh_from_db()
    made.refresh_from_db()
    assert (open_span.until, open_span.reason) == (NOON, "gateway_died")
    assert made.gateway is None


@pytest.mark.django_db
def test_it_ends_no_span_before_it_began() -> None:
    made = connect(station(), gateway(at=NOON))
    open_span = span(made, since=NOON + seconds(1))
    gateways.bury(at=DEAD)
    open_span.refresh_from_db()
    assert open_span.until == NOON + seconds(1)


@pytest.mark.django_db
def test_it_leaves_the_living() -> None:
    made = connect(station(), gateway(at=NOON))
    open_span = span(made)
    assert gateways.bury(at=DEAD - timedelta(microseconds=1)) == 0
    open_span.refresh_from_db()
    assert open_span.until is None


@pytest.mark.django_db
def test_it_leaves_spans_that_ended_before() -> None:
    made = connect(station(), gateway(at=NOON))
    ended = ConnectionSpan.objects.create(
        station=made, epoch=0, since=NOON - seconds(9), until=NOON - seconds(5), reason="closed"
    )
    gateways.bury(at=DEAD)
    ended.refresh_from_db()
    assert (ended.until, ended.reason) == (NOON - seconds(5), "closed")


@pytest.mark.django_db
def test_it_buries_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "BATCH", 2)
    dead = gateway(at=NOON)
    for number in range(5):
        span(connect(station(f"BSK-{number}", connectors=0), dead))
    assert gateways.bury(at=DEAD) == 5
    assert not ConnectionSpan.objects.filter(until=None).exists()


@pytest.mark.django_db
def test_it_forgets_a_gateway_after_a_day() -> None:
    connect(station(), gateway(at=NOON))
    gateways.bury(at=DEAD)
    assert Gateway.objects.count() == 1
    gateways.bury(at=NOON + timedelta(days=1))
    assert Gateway.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_it_passes_by_a_station_that_is_just_coming_back() -> None:
    made = connect(station(), gateway(at=NOON))
    alive = gateway(at=DEAD, process="web-2")
    span(made)
    locked, buried = threading.Event(), threading.Event()

    def come_back() -> None:
        with transaction.atomic():
            connect(Station.objects.select_for_update().get(pk=made.pk), alive)
            locked.set()
            buried.wait(PATIENCE_SECONDS)

    with on_another_thread(come_back):
        locked.wait(PATIENCE_SECONDS)
        assert gateways.bury(at=DEAD) == 0
        buried.set()
    made.refresh_from_db()
    assert made.gateway == alive
    assert ConnectionSpan.objects.filter(until=None).exists()
