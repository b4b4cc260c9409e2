from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from billing.models import TariffPlan, TariffRule
from billing.pricing import price
from billing.tariffs import find_terms, freeze_terms, publish_version, thaw_terms
from billing.tests.making import NOON, place, straight
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def energy(amount: int) -> TariffRule:
    return TariffRule(name="energy", dimension="per_kwh", price=Decimal(amount))


def test_it_numbers_versions_within_their_plan() -> None:
    one, two = TariffPlan.objects.create(name="one"), TariffPlan.objects.create(name="two")
    versions = [publish_version(plan=plan, rules=[energy(15)], at=NOON) for plan in (one, two, one)]
    assert [version.number for version in versions] == [1, 1, 2]
    assert versions[0].in_force_from == NOON
    assert versions[2].rules.get().price == 15


def test_it_refuses_a_version_without_prices() -> None:
    with pytest.raises(Refusal) as refused:
        publish_version(plan=TariffPlan.objects.create(name="empty"), rules=[], at=NOON)
    assert refused.value.code == "invalid_parameters"


def test_it_leaves_frozen_terms_as_they_were() -> None:
    plan = TariffPlan.objects.create(name="plan")
    publish_version(plan=plan, rules=[energy(15)], at=NOON)
    found = find_terms(place=place(plan), at=NOON)
    assert found is not None
    row = freeze_terms(terms=found, at=NOON)
    publish_version(plan=plan, rules=[energy(99)], at=NOON + timedelta(minutes=1))
    row.refresh_from_db()
    assert thaw_terms(row) == found
    assert row.version_id == found.version_id
    assert price(thaw_terms(row), straight(NOON, 40, 25_500)).gross == Decimal("382.50")


def test_it_says_what_it_is_told_and_else_what_the_table_says() -> None:
    plan = TariffPlan.objects.create(name="plan")
    plain = publish_version(plan=plan, rules=[energy(15)], at=NOON)
    assert (plain.tax_name, plain.tax_percent, plain.tax_included) == ("VAT", Decimal(0), True)
    assert (plain.idle_grace_seconds, plain.idle_cap, plain.made_by) == (600, None, "")
    told = publish_version(
        plan=plan, rules=[energy(15)], at=NOON, tax_percent=Decimal(12), idle_cap=Decimal(500), reason="spring"
    )
    told.refresh_from_db()
    assert (told.tax_percent, told.idle_cap, told.reason) == (Decimal(12), Decimal(500), "spring")


@pytest.mark.django_db(transaction=True)
def test_it_numbers_versions_that_are_published_at_once() -> None:
    plan = TariffPlan.objects.create(name="plan")
    publish = partial(publish_version, plan=plan, at=NOON)
    versions = at_once(*[partial(publish, rules=[energy(number)]) for number in range(1, 9)])
    assert sorted(version.number for version in versions) == list(range(1, 9))
    assert all(version.rules.count() == 1 for version in versions)
