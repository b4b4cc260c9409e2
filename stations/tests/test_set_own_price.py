"""A station's own price is a private plan of its own that goes before the station's plan."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import TariffPlan, TariffRule
from billing.pricing import Terms, rates_at
from billing.tariffs import change_tax, publish_version
from drivepower.core.refusals import Refusal
from stations.models import Connector, Station
from stations.prices import clear_own_price, set_own_price, terms_for
from stations.tests.world import NOON, location, plan, station

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def made() -> Station:
    return station(at=location(), tariff_plan=plan("Of the station", default=False))


def sell(made: Station, per_kwh: str, fee: str = "0", *, hours: int = 0) -> TariffPlan:
    version = set_own_price(
        station=made,
        per_kwh=Decimal(per_kwh),
        session_fee=Decimal(fee),
        by="staff:1",
        reason="a neighbour",
        at=NOON + hours * HOUR,
    )
    return version.plan


def terms_at(made: Station, hours: int = 0) -> Terms:
    terms = terms_for(connector=Connector.objects.get(station=made, number=1), at=NOON + hours * HOUR)
    assert terms is not None
    return terms


def rates(made: Station, hours: int = 0) -> tuple[str, dict[str, str]]:
    terms = terms_at(made, hours)
    found = rates_at(terms, NOON + hours * HOUR)
    return terms.level, {dimension: f"{rate:.2f}" for dimension, rate in found.items()}


def test_it_goes_before_the_stations_plan(made: Station) -> None:
    own = sell(made, "12.50", "20")
    assert rates(made) == ("own", {"per_kwh": "12.50", "session_fee": "20.00"})
    assert (own.is_private, own.is_default, own.currency) == (True, False, "KGS")
    version = own.versions.get()
    assert (version.made_by, version.reason) == ("staff:1", "a neighbour")


def test_it_is_followed_by_a_next_version(made: Station) -> None:
    first, second = sell(made, "12.50"), sell(made, "13.00", hours=1)
    assert first == second
    assert [version.number for version in first.versions.order_by("number")] == [1, 2]
    assert (rates(made)[1], rates(made, hours=1)[1]) == ({"per_kwh": "12.50"}, {"per_kwh": "13.00"})


def test_it_may_be_nothing(made: Station) -> None:
    sell(made, "0")
    assert rates(made) == ("own", {"per_kwh": "0.00"})


@pytest.mark.parametrize(("per_kwh", "fee"), [("-0.01", "0"), ("10", "-1")])
def test_it_refuses_a_price_below_nothing(made: Station, per_kwh: str, fee: str) -> None:
    with pytest.raises(Refusal) as refused:
        sell(made, per_kwh, fee)
    assert refused.value.code == "invalid_parameters"
    assert rates(made)[0] == "station"


def test_it_takes_over_tax_and_currency_of_the_stations_plan(made: Station) -> None:
    dollars = TariffPlan.objects.create(name="Dollars", currency="USD")
    publish_version(
        plan=dollars,
        rules=[TariffRule(name="Energy", dimension="per_kwh", price=Decimal("0.25"))],
        at=NOON - HOUR,
        tax_name="NDS",
        tax_percent=Decimal(12),
        tax_included=False,
    )
    Station.objects.filter(pk=made.pk).update(tariff_plan=dollars)
    sell(made, "0.20")
    terms = terms_at(made)
    assert (terms.currency, terms.tax_name, terms.tax_percent, terms.tax_included) == ("USD", "NDS", Decimal(12), False)


def test_it_keeps_the_tax_that_it_was_given(made: Station) -> None:
    sell(made, "12")
    change_tax(name="VAT", percent=Decimal(14), included=True, in_force_from=NOON, by="staff:1", reason="law", at=NOON)
    sell(made, "13", hours=1)
    assert terms_at(made, hours=1).tax_percent == 14


def test_it_gets_a_tax_that_was_announced_before_it_was_set(made: Station) -> None:
    later = NOON + 24 * HOUR
    change_tax(name="VAT", percent=Decimal(14), included=True, in_force_from=later, by="staff:1", reason="law", at=NOON)
    sell(made, "12", hours=1)
    assert [terms_at(made, hours).tax_percent for hours in (1, 24)] == [0, 14]
    assert rates(made, hours=24) == ("own", {"per_kwh": "12.00"})


def test_it_takes_the_default_tax_where_the_station_has_no_plan() -> None:
    plan("Default")
    change_tax(name="VAT", percent=Decimal(9), included=True, in_force_from=NOON, by="staff:1", reason="law", at=NOON)
    alone = station(at=location())
    sell(alone, "12")
    assert terms_at(alone).tax_percent == 9


def test_it_is_of_one_station_only(made: Station) -> None:
    other = station("BSK-02", at=made.location)
    assert sell(made, "12") != sell(other, "11")
    assert (rates(made)[1], rates(other)[1]) == ({"per_kwh": "12.00"}, {"per_kwh": "11.00"})


@pytest.mark.parametrize("private", [True, False])
def test_it_leaves_a_plan_alone_that_others_have_too(made: Station, private: bool) -> None:
    shared = plan("Shared", ("per_kwh", "14.00"), default=False)
    TariffPlan.objects.filter(pk=shared.pk).update(is_private=private)
    other = station("BSK-02", at=made.location, own_plan=shared)
    Station.objects.filter(pk=made.pk).update(own_plan=shared)
    sell(made, "12")
    assert (rates(made)[1], rates(other)[1]) == ({"per_kwh": "12.00"}, {"per_kwh": "14.00"})
    assert shared.versions.count() == 1


def test_it_ends_and_the_stations_plan_holds_again(made: Station) -> None:
    sell(made, "12")
    assert clear_own_price(station=made, by="staff:1", reason="over", at=NOON)
    assert rates(made) == ("station", {"per_kwh": "15.00"})
    assert not clear_own_price(station=made, by="staff:1", reason="over", at=NOON)


def test_it_comes_back_as_the_same_plan(made: Station) -> None:
    first = sell(made, "12")
    clear_own_price(station=made, by="staff:1", reason="over", at=NOON)
    assert sell(made, "13", hours=1) == first
    assert rates(made, hours=1)[1] == {"per_kwh": "13.00"}
