from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import TariffPlan, TariffRule
from billing.pricing import Terms
from billing.tariffs import Client, find_terms, publish_version
from billing.tests.making import BISHKEK, NOON, place

pytestmark = pytest.mark.django_db


def plan_with(
    name: str, *rules: TariffRule, currency: str = "KGS", default: bool = False, **version: Any
) -> TariffPlan:
    plan = TariffPlan.objects.create(name=name, currency=currency, is_default=default)
    publish_version(plan=plan, rules=rules or [energy(name)], at=NOON - timedelta(days=9), **version)
    return plan


def energy(name: str = "energy", **fields: Any) -> TariffRule:
    return TariffRule(**({"name": name, "dimension": "per_kwh", "price": Decimal(15)} | fields))


def find(
    *plans: TariffPlan | None, connector: str = "ccs2", power_w: int | None = 60_000, at: datetime = NOON
) -> Terms | None:
    return find_terms(place=place(*plans, connector_type=connector, power_w=power_w), at=at)


def names(terms: Terms | None) -> list[str]:
    assert terms is not None
    return sorted(rule.name for rule in terms.rules)


def test_it_takes_the_first_level_that_has_a_rule() -> None:
    own, station = plan_with("own"), plan_with("station")
    plan_with("default", default=True)
    assert names(find(None, own, station)) == ["own"]
    assert names(find(station, own)) == ["station"]
    assert names(find(None, None)) == ["default"]


def test_it_passes_over_a_level_that_has_no_rule_for_the_connector() -> None:
    own, station = plan_with("own", energy("ac", connector_type="type2")), plan_with("station")
    assert names(find(own, station)) == ["station"]
    assert names(find(own, station, connector="type2")) == ["ac"]


def test_it_passes_over_a_level_that_has_no_rule_for_the_moment() -> None:
    night = plan_with("night", energy("night", starts=time(22), ends=time(6)))
    old = plan_with("old", energy("old", valid_until=date(2026, 3, 1)))
    station = plan_with("station")
    assert names(find(night, old, station)) == ["station"]
    assert names(find(night, station, at=NOON + timedelta(hours=11))) == ["night"]


def test_it_takes_the_winner_whole_and_nothing_of_the_others() -> None:
    own = plan_with(
        "own", TariffRule(name="fee", dimension="session_fee", price=Decimal(5)), energy("never", priority=-1)
    )
    station = plan_with("station", energy("station", priority=100))
    assert names(find(own, station)) == ["fee", "never"]


def test_it_keeps_the_rules_of_other_hours_for_the_hours_to_come() -> None:
    both = [energy("day", starts=time(7), ends=time(23)), energy("night", starts=time(23), ends=time(7))]
    assert names(find(plan_with("plan", *both))) == ["day", "night"]


@pytest.mark.parametrize(
    ("power_w", "expected"),
    [(22_000, ["slow"]), (22_001, []), (49_999, []), (50_000, ["fast"]), (350_000, ["fast"]), (None, ["fast", "slow"])],
)
def test_it_compares_power_both_ends_included_and_lets_an_unknown_power_fit(
    power_w: int | None, expected: list[str]
) -> None:
    plan = plan_with("plan", energy("slow", power_to_w=22_000), energy("fast", power_from_w=50_000))
    found = find(plan, power_w=power_w)
    assert (names(found) if found else []) == expected


def test_it_uses_the_version_in_force() -> None:
    plan = plan_with("plan")
    publish_version(plan=plan, rules=[energy("second")], at=NOON - timedelta(days=1))
    later = publish_version(plan=plan, rules=[energy("third")], at=NOON, in_force_from=NOON + timedelta(hours=1))
    assert names(find(plan)) == ["second"]
    found = find(plan, at=NOON + timedelta(hours=1))
    assert names(found) == ["third"]
    assert found is not None
    assert found.version_id == later.pk


def test_it_has_no_price_where_no_plan_has_one() -> None:
    TariffPlan.objects.create(name="empty", is_default=True)
    plan_with("dollars", currency="USD", default=True)
    assert find(None) is None


def test_it_carries_what_the_version_says() -> None:
    plan = plan_with(
        "plan",
        tax_name="VAT",
        tax_percent=Decimal(12),
        tax_included=False,
        idle_grace_seconds=300,
        idle_from="finished",
        idle_cap=Decimal(500),
        currency="KZT",
    )
    found = find_terms(place=place(plan), client=Client(discount_percent=Decimal(7)), at=NOON)
    assert found is not None
    assert (found.currency, found.time_zone, found.discount_percent) == ("KZT", BISHKEK, Decimal(7))
    assert (found.tax_name, found.tax_percent, found.tax_included) == ("VAT", Decimal(12), False)
    assert (found.idle_grace_seconds, found.idle_from, found.idle_cap) == (300, "finished", Decimal(500))


def test_it_asks_the_same_number_of_queries_for_any_number_of_levels() -> None:
    plans = [plan_with(f"plan {number}", energy("never", connector_type="chademo")) for number in range(3)]
    counts = []
    for levels in (plans[:1], plans):
        with CaptureQueriesContext(connection) as queries:
            find(*levels)
        counts.append(len(queries))
    assert counts == [2, 2]
