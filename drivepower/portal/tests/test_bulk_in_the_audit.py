"""What a person wants of many stations stands in the trail under that person, whoever carries it out."""

import pytest

from billing.models import TariffPlan
from drivepower.portal.models import Change
from drivepower.portal.tests.making import staff
from ocpp_consumer import bulk
from ocpp_consumer.tasks import go_on_with_bulk
from ocpp_consumer.tests.bulk.world import NOW, connected

pytestmark = pytest.mark.django_db


def test_a_plan_for_many_is_its_persons_change() -> None:
    by = f"staff:{staff('Owner').public_id}"
    plan = TariffPlan.objects.create(name="City")
    bulk.begin(kind="tariff", stations=connected(2), payload={"plan": plan.pk}, by=by, at=NOW)
    go_on_with_bulk()
    told = Change.objects.filter(table="stations.station", what="update").values_list("who", "after__tariff_plan_id")
    assert list(told) == [(by, plan.pk)] * 2
