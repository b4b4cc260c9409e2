from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import TariffPlan
from stations.models import Station
from stations.tests.world import location, plan, station

pytestmark = pytest.mark.django_db
RIGHTS = ("view_station", "change_station", "view_tariffplan", "change_tariffplan")


def browser(*rights: str) -> Client:
    """A browser of staff with these rights."""
    person = User.objects.create_user(email="daniyar@example.com", role=User.Role.STAFF)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def address(verb: str, made: Station) -> str:
    return reverse(f"admin:stations_station_{verb}", args=[made.pk])


def sent(**changed: str) -> dict[str, str]:
    return {"_form_submitted": "on", "per_kwh": "13.5", "session_fee": "20", "reason": "opening week", **changed}


def test_it_sets_a_price_and_takes_it_away() -> None:
    client, made = browser(*RIGHTS), station(at=location(), tariff_plan=plan())
    page = address("change", made)
    assert address("set_own_price", made) in client.get(page).content.decode()
    assert address("clear_own_price", made) not in client.get(page).content.decode()
    assert client.post(address("set_own_price", made), sent()).headers["HX-Redirect"] == page
    text = client.get(page, {"tab": "settings"}).content.decode()
    assert "13.50 KGS, session fee: 20.00 KGS" in text
    assert address("clear_own_price", made) in text
    made.refresh_from_db()
    assert made.own_plan is not None
    version = made.own_plan.versions.get()
    assert (version.reason, version.made_by.startswith("staff:")) == ("opening week", True)
    assert client.post(address("clear_own_price", made), sent()).headers["HX-Redirect"] == page
    made.refresh_from_db()
    assert made.own_plan is None
    notes = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert notes == [f"Set its own price: {version}.", "Took its own price away: opening week"]


@pytest.mark.parametrize(
    "changed",
    [{"per_kwh": "-1"}, {"per_kwh": ""}, {"per_kwh": "NaN"}, {"session_fee": "-1"}, {"reason": " "}],
    ids=["below 0", "none", "no number", "fee below 0", "no reason"],
)
def test_it_says_in_the_dialog_what_is_wrong(changed: dict[str, str]) -> None:
    client, made = browser(*RIGHTS), station(tariff_plan=plan())
    answer: Any = client.post(address("set_own_price", made), sent(**changed))
    assert list(answer.context["form"].errors) == list(changed)
    assert not TariffPlan.objects.filter(is_private=True).exists()


@pytest.mark.parametrize("missing", ["change_station", "change_tariffplan"])
def test_it_is_closed_to_those_who_may_not_change_both(missing: str) -> None:
    client, made = browser(*(right for right in RIGHTS if right != missing)), station(tariff_plan=plan())
    page = client.get(address("change", made), {"tab": "settings"}).content.decode()
    assert address("set_own_price", made) not in page
    for verb in ("set_own_price", "clear_own_price"):
        assert client.post(address(verb, made), sent()).status_code == 403
    assert not TariffPlan.objects.filter(is_private=True).exists()


def test_it_offers_no_private_plan_to_others() -> None:
    client, made = browser(*RIGHTS), station(tariff_plan=plan())
    TariffPlan.objects.create(name="BSK-99 #99 (KGS)", is_private=True)
    assert "BSK-99 #99" not in client.get(address("change", made), {"tab": "settings"}).content.decode()


def test_it_shows_a_price_of_0() -> None:
    client, made = browser(*RIGHTS), station(tariff_plan=plan())
    client.post(address("set_own_price", made), sent(per_kwh="0", session_fee="0"))
    assert "energy, per kWh: 0.00 KGS" in client.get(address("change", made), {"tab": "settings"}).content.decode()
    made.refresh_from_db()
    assert made.own_plan is not None
    assert made.own_plan.versions.get().rules.get().price == Decimal(0)


def test_its_dialog_begins_with_the_price_that_holds_and_its_currency() -> None:
    client, made = browser(*RIGHTS), station(tariff_plan=plan())
    fresh = client.get(address("set_own_price", made)).text
    assert "Per kWh, KGS" in fresh
    assert 'value="13.50"' not in fresh
    client.post(address("set_own_price", made), sent())
    text = client.get(address("set_own_price", made)).text
    for shown in ("Per kWh, KGS", "Session fee, KGS", 'value="13.50"', 'value="20.00"'):
        assert shown in text
