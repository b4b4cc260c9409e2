from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Company
from billing.models import ClientTariff
from billing.tests.desk import browser, energy, plan_of
from billing.tests.making import person

pytestmark = pytest.mark.django_db
ADD = "/admin/billing/clienttariff/add/"


def sent(**changed: Any) -> dict[str, Any]:
    """A discount for nobody in particular, from tomorrow on."""
    form = {"discount_percent": "0", "valid_from_0": "2100-01-01", "valid_from_1": "12:00", "reason": "contract 7"}
    return {**form, **{name: value for name, value in changed.items() if value is not None}}


def agreed(*, begun: bool = True, **fields: Any) -> ClientTariff:
    """A discount of 10 % for a driver."""
    since = timezone.now() + timedelta(days=-2 if begun else 2)
    owner = fields.pop("user", None) or person("aida")
    return ClientTariff.objects.create(user=owner, discount_percent=Decimal(10), valid_from=since, **fields)


def change_of(tariff: ClientTariff) -> str:
    return reverse("admin:billing_clienttariff_change", args=[tariff.pk])


def end_of(tariff: ClientTariff) -> str:
    return reverse("admin:billing_clienttariff_end", args=[tariff.pk])


def test_it_notes_who_made_it() -> None:
    client, driver = browser(), person("aida")
    assert client.post(ADD, sent(user=driver.pk, discount_percent="10")).status_code == 302
    made = ClientTariff.objects.get()
    assert (made.user, made.discount_percent, made.reason) == (driver, Decimal(10), "contract 7")
    assert made.made_by.startswith("staff:")


def test_it_takes_a_rate_or_a_plan_for_a_company() -> None:
    client, company = browser(), Company.objects.create(name="Taxi")
    client.post(ADD, sent(company=company.pk, rate_per_kwh="11.25", currency="kgs"))
    client.post(ADD, sent(company=company.pk, plan=plan_of(energy()).pk))
    rate, plan = ClientTariff.objects.order_by("pk")
    assert (rate.rate_per_kwh, rate.currency, plan.plan and plan.plan.name) == (Decimal("11.25"), "KGS", "Centre")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"discount_percent": "10"}, "user: Name either a person or a company."),
        ({"user": "driver", "company": "company", "discount_percent": "10"}, "user: Name either a person or"),
        ({"user": "driver"}, "discount_percent: Give a plan, a rate or a discount."),
        ({"user": "driver", "discount_percent": "101"}, "discount_percent: A discount is between 0 and 100 %."),
        ({"user": "driver", "rate_per_kwh": "11"}, "currency: Say in which currency the rate is."),
        ({"user": "driver", "rate_per_kwh": "11", "currency": "KG"}, "currency: Three letters, such as KGS."),
        ({"user": "driver", "rate_per_kwh": "-1", "currency": "KGS"}, "rate_per_kwh: A price is not below 0"),
        ({"user": "driver", "discount_percent": "5", "currency": "KGS"}, "currency: Only a rate has a currency"),
        (
            {"user": "driver", "rate_per_kwh": "11", "currency": "KGS", "discount_percent": "5"},
            "discount_percent: A rate has no discount",
        ),
        ({"user": "driver", "plan": "plan", "rate_per_kwh": "11", "currency": "KGS"}, "rate_per_kwh: A plan has its"),
        ({"user": "driver", "plan": "private"}, "plan: This is the price of one station."),
        (
            {"user": "driver", "discount_percent": "5", "valid_until_0": "2020-01-01", "valid_until_1": "12:00"},
            "valid_until: This moment has passed.",
        ),
        (
            {"user": "driver", "discount_percent": "5", "valid_until_0": "2099-12-31", "valid_until_1": "12:00"},
            "valid_until: This is not after it begins.",
        ),
    ],
)
def test_it_says_at_the_field_what_is_wrong(changed: dict[str, str], error: str) -> None:
    keys = {
        "driver": person("aida").pk,
        "company": Company.objects.create(name="Taxi").pk,
        "plan": plan_of(energy()).pk,
        "private": plan_of(energy(), name="BSK-01", is_private=True).pk,
    }
    form = {name: keys.get(value, value) for name, value in changed.items()}
    page: Any = browser().post(ADD, sent(**form))
    assert page.status_code == 200
    errors = page.context["adminform"].form.errors
    assert any(error in f"{name}: {' '.join(texts)}" for name, texts in errors.items()), errors
    assert not ClientTariff.objects.exists()


def test_it_ends_what_is_in_force_and_keeps_it() -> None:
    client, tariff = browser(), agreed()
    assert end_of(tariff) in client.get(change_of(tariff)).content.decode()
    client.post(end_of(tariff), {"_form_submitted": "on"})
    tariff.refresh_from_db()
    assert tariff.valid_until is not None
    assert tariff.valid_until <= timezone.now()
    assert end_of(tariff) not in client.get(change_of(tariff)).content.decode()
    assert client.post(end_of(tariff), {"_form_submitted": "on"}).status_code == 403


def test_it_changes_nothing_but_the_end_of_what_has_begun() -> None:
    client, tariff = browser(), agreed()
    form = {"discount_percent": "99", "valid_until_0": "2100-01-01", "valid_until_1": "12:00"}
    assert client.post(change_of(tariff), sent(**form)).status_code == 302
    tariff.refresh_from_db()
    assert (tariff.discount_percent, tariff.valid_until and tariff.valid_until.year) == (Decimal(10), 2100)


def test_it_deletes_only_what_has_not_begun() -> None:
    client = browser("view_clienttariff", "delete_clienttariff")
    begun, planned = agreed(), agreed(begun=False, user=person("bakyt"))
    for tariff, code in ((begun, 403), (planned, 302)):
        path = reverse("admin:billing_clienttariff_delete", args=[tariff.pk])
        assert client.post(path, {"post": "yes"}).status_code == code
    assert list(ClientTariff.objects.all()) == [begun]


def test_it_is_closed_to_those_who_only_look() -> None:
    client, tariff = browser("view_clienttariff"), agreed()
    assert end_of(tariff) not in client.get(change_of(tariff)).content.decode()
    assert client.post(end_of(tariff), {"_form_submitted": "on"}).status_code == 403
    assert client.post(change_of(tariff), sent()).status_code == 403
    assert client.get(ADD).status_code == 403
