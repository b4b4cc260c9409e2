from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import tariffs
from billing.models import TariffVersion
from billing.tests.desk import browser, energy, night, plan_of, version_of

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/tariffplan/"


def page() -> str:
    return reverse("admin:billing_tariffplan_change_tax")


def sent(**changed: str) -> dict[str, str]:
    return {"name": "VAT", "percent": "12", "included": "on", "reason": "the law", **changed}


def test_it_shows_which_plans_it_touches() -> None:
    client = browser()
    plan_of(energy(), name="Centre")
    later = plan_of(energy(), name="Airport")
    soon = timezone.now() + timedelta(days=3)
    tariffs.publish_version(plan=later, rules=[energy("16")], at=timezone.now(), in_force_from=soon)
    plan_of(name="empty")
    assert page() in client.get(LIST).content.decode()
    shown = client.get(page())
    assert [str(version) for version in shown.context["versions"]] == ["Airport v1", "Airport v2", "Centre v1"]


def test_it_changes_the_tax_of_all_plans_in_one_act() -> None:
    client = browser()
    plans = [plan_of(energy(), night(), name=name) for name in ("Centre", "Airport")]
    assert client.post(page(), sent()).headers["Location"] == LIST
    assert "New versions: 2." in client.get(LIST).content.decode()
    for plan in plans:
        version = version_of(plan)
        assert (version.number, version.tax_percent, version.tax_included, version.reason) == (
            2,
            Decimal(12),
            True,
            "the law",
        )
        assert version.made_by.startswith("staff:")
        assert [rule.name for rule in version.rules.order_by("pk")] == ["Energy", "Night"]


def test_it_changes_the_tax_from_a_day_to_come() -> None:
    client, plan = browser(), plan_of(energy())
    later = timezone.localtime(timezone.now() + timedelta(days=9))
    client.post(page(), sent(in_force_from=f"{later:%Y-%m-%dT%H:%M}", included=""))
    version = version_of(plan)
    assert version.in_force_from > timezone.now() + timedelta(days=8)
    assert version.tax_included is False


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"percent": "-1"}, "percent"),
        ({"percent": "100.01"}, "percent"),
        ({"percent": "NaN"}, "percent"),
        ({"name": " "}, "name"),
        ({"reason": ""}, "reason"),
        ({"in_force_from": "2020-01-01T00:00"}, "in_force_from"),
    ],
)
def test_it_says_at_the_field_what_is_wrong(changed: dict[str, str], field: str) -> None:
    client, _ = browser(), plan_of(energy())
    answer: Any = client.post(page(), sent(**changed))
    assert list(answer.context["form"].errors) == [field]
    assert TariffVersion.objects.count() == 1


def test_it_is_closed_to_those_who_only_look() -> None:
    client, _ = browser("view_tariffplan"), plan_of(energy())
    assert page() not in client.get(LIST).content.decode()
    assert [client.get(page()).status_code, client.post(page(), sent()).status_code] == [403, 403]
    assert TariffVersion.objects.count() == 1
