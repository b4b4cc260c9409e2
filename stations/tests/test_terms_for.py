from decimal import Decimal

import pytest

from billing.pricing import rates_at
from billing.tariffs import Client
from stations.models import Connector, Station
from stations.prices import terms_for
from stations.tests.world import NOON, location, plan, station

pytestmark = pytest.mark.django_db


def price_of(made: Station, discount: str = "0") -> Decimal | None:
    connector = Connector.objects.select_related("station__location").get(station=made, number=1)
    terms = terms_for(connector=connector, client=Client(discount_percent=Decimal(discount)), at=NOON)
    return rates_at(terms, NOON).get("per_kwh") if terms else None


def test_it_goes_from_the_connector_to_the_default() -> None:
    made = station(at=location())
    assert price_of(made) is None
    plan("Default", ("per_kwh", "15.00"))
    assert price_of(made) == Decimal("15.00")
    made.tariff_plan = plan("Of the station", ("per_kwh", "14.00"), default=False)
    made.save(update_fields=["tariff_plan"])
    assert price_of(made) == Decimal("14.00")
    made.own_plan = plan("Its own", ("per_kwh", "13.00"), default=False)
    made.save(update_fields=["own_plan"])
    assert price_of(made) == Decimal("13.00")
    of_connector = plan("Of the connector", ("per_kwh", "12.00"), default=False)
    Connector.objects.filter(station=made, number=1).update(tariff_plan=of_connector)
    assert price_of(made) == Decimal("12.00")


def test_it_passes_a_plan_that_has_no_rule_for_this_connector() -> None:
    plan("Default")
    slow = plan("Slow only", ("per_kwh", "9.00"), default=False, connector_type="Type2")
    assert price_of(station(at=location(), own_plan=slow)) == Decimal("15.00")


def test_it_reckons_in_the_locations_time_zone() -> None:
    made = station(at=location(time_zone="Europe/Berlin"))
    plan()
    connector = Connector.objects.get(station=made, number=1)
    terms = terms_for(connector=connector, at=NOON)
    assert terms is not None
    assert terms.time_zone == "Europe/Berlin"


def test_it_prices_a_station_without_a_place_in_the_houses_time_zone() -> None:
    plan()
    terms = terms_for(connector=Connector.objects.get(station=station(), number=1), at=NOON)
    assert terms is not None
    assert terms.time_zone == "Asia/Bishkek"


def test_it_takes_the_members_discount() -> None:
    plan()
    assert price_of(station(at=location()), discount="10") == Decimal("13.50")
