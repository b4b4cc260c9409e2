from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import TariffPlan, TariffRule
from billing.pricing import price
from billing.tariffs import find_terms, freeze_terms, publish_version, thaw_terms
from billing.tests.making import BISHKEK, NOON, straight
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
    found = find_terms(plans=[plan], connector_type="ccs2", power_w=None, time_zone=BISHKEK, at=NOON)
    assert found is not None
    row = freeze_terms(terms=found, at=NOON)
    publish_version(plan=plan, rules=[energy(99)], at=NOON + timedelta(minutes=1))
    row.refresh_from_db()
    assert thaw_terms(row) == found
    assert row.version_id == found.version_id
    assert price(thaw_terms(row), straight(NOON, 40, 25_500)).gross == Decimal("382.50")
