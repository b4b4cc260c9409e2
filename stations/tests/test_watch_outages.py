from datetime import timedelta

import pytest

from drivepower.core.models import Alert, AlertRule
from stations import outages
from stations.models import ConnectionSpan, Gateway, Station
from stations.tests.world import NOON, connect, gateway, seconds, station

pytestmark = pytest.mark.django_db
LATER = NOON + outages.GRACE


@pytest.fixture
def held() -> Gateway:
    """A gateway that lives throughout, with six stations."""
    alive = gateway(at=LATER)
    for number in range(6):
        come(station(f"BSK-{number}", connectors=0), alive)
    return alive


def come(made: Station, to: Gateway) -> None:
    connect(made, to)
    ConnectionSpan.objects.create(station=made, epoch=made.epoch, since=NOON - timedelta(hours=1))


def lose(*codes: str) -> None:
    ConnectionSpan.objects.filter(station__code__in=codes).update(until=NOON)
    Station.objects.filter(code__in=codes).update(gateway=None)


FIVE = [f"BSK-{number}" for number in range(5)]


def test_it_says_once_that_many_are_gone(held: Gateway) -> None:
    lose(*FIVE)
    assert outages.watch(at=LATER)
    assert outages.watch(at=LATER + seconds(30))
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.count) == ("stations_offline", "network", 2)
    assert alert.text == "5 stations went offline together: BSK-0, BSK-1, BSK-2, BSK-3, BSK-4."


def test_it_leaves_a_few_alone(held: Gateway) -> None:
    lose(*FIVE[1:])
    assert not outages.watch(at=LATER)
    assert not Alert.objects.exists()


def test_it_misses_nobody_who_is_back_at_once(held: Gateway) -> None:
    lose(*FIVE)
    assert not outages.watch(at=LATER - seconds(1))


def test_it_does_not_count_who_was_gone_long_before(held: Gateway) -> None:
    lose(*FIVE)
    assert not outages.watch(at=NOON + outages.WITHIN)


def test_it_does_not_count_who_is_out_of_service_or_never_came(held: Gateway) -> None:
    station("BSK-NEW", connectors=0)
    lose(*FIVE)
    Station.objects.filter(code="BSK-0").update(service_state="out_of_service")
    assert not outages.watch(at=LATER)


def test_it_stays_open_as_long_as_they_are_gone_and_ends_when_most_are_back(held: Gateway) -> None:
    lose(*FIVE)
    outages.watch(at=LATER)
    much_later = NOON + timedelta(hours=3)
    Gateway.objects.update(renewed_at=much_later)
    assert outages.watch(at=much_later)
    Station.objects.filter(code="BSK-0").update(gateway=held)
    assert not outages.watch(at=much_later)
    assert Alert.objects.get().resolved_at == much_later


def test_it_needs_a_tenth_of_a_large_network(held: Gateway) -> None:
    for number in range(60):
        come(station(f"OSH-{number}", connectors=0), held)
    lose(*FIVE)
    assert not outages.watch(at=LATER)
    lose("BSK-5", "OSH-0")
    assert outages.watch(at=LATER)


def test_it_names_the_first_ten(held: Gateway) -> None:
    codes = [f"OSH-{number:02}" for number in range(12)]
    for code in codes:
        come(station(code, connectors=0), held)
    lose(*codes)
    outages.watch(at=LATER)
    assert Alert.objects.get().text.endswith("OSH-09 and 2 more.")


def offline_rule(minutes: float = 15, kind: str = outages.ONE, figure: str = "minutes") -> None:
    AlertRule.objects.filter(kind=kind).delete()
    AlertRule.objects.create(name=kind, kind=kind, parameters={figure: minutes})


def test_it_tells_of_one_that_is_gone_for_as_long_as_its_rule_says(held: Gateway) -> None:
    offline_rule(1)
    lose("BSK-0")
    assert [outages.watch_each(at=NOON + seconds(second)) for second in (59, 60, 61)] == [0, 1, 0]
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.count) == ("station_offline", "station:BSK-0", 1)
    come(Station.objects.get(code="BSK-0"), held)
    outages.watch_each(at=NOON + seconds(62))
    assert not Alert.objects.open().exists()


def test_those_of_a_mass_outage_stand_in_its_alert_alone(held: Gateway) -> None:
    offline_rule(1)
    lose(*FIVE)
    outages.watch(at=LATER)
    assert outages.watch_each(at=LATER) == 0
    assert Alert.objects.get().kind == "stations_offline"


def test_it_tells_of_one_that_comes_and_goes(held: Gateway) -> None:
    offline_rule(3, kind=outages.OFTEN, figure="per_day")
    made = Station.objects.get(code="BSK-0")
    for number in range(4):
        assert outages.watch_disconnects(at=NOON) == 0
        spans = ConnectionSpan.objects.filter(station=made, until=None)
        spans.update(until=NOON - seconds(60 * (9 - number)), reason="closed")
        come(made, held)
    assert outages.watch_disconnects(at=NOON) == 1
    assert Alert.objects.get().text == "It lost its connection 4 times within a day."
    assert outages.watch_disconnects(at=NOON + timedelta(days=1)) == 0
    assert not Alert.objects.open().exists()
