"""Days on which a place is open or a card is good are ticked by name: no number can be written that is no day."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import IdTag, User
from drivepower.core.tests.forms import fields_of
from stations.models import AccessRule
from stations.tests.world import location

pytestmark = pytest.mark.django_db
RULE, CARD = "/admin/stations/accessrule/add/", "/admin/accounts/idtag/add/"


@pytest.fixture
def client() -> Client:
    """An owner's browser."""
    browser = Client()
    browser.force_login(User.objects.create_superuser(email="owner@example.com", password="x"))
    return browser


def rule(weekdays: list[str]) -> dict[str, Any]:
    return {"location": location().pk, "whom": "everyone", "weekdays": weekdays}


def card(weekdays: list[str]) -> dict[str, Any]:
    return {"value": "04A1B2C3", "kind": "rfid", "sessions_at_once": "1", "allowed_weekdays": weekdays}


def kept() -> list[int] | None:
    rows = [*AccessRule.objects.values_list("weekdays"), *IdTag.objects.values_list("allowed_weekdays")]
    return rows[0][0] if rows else None


@pytest.mark.parametrize(("page", "form"), [(RULE, rule), (CARD, card)], ids=["rule", "card"])
@pytest.mark.parametrize(
    ("weekdays", "as_kept"), [([], []), (["1", "7"], [1, 7]), (["8"], None), (["0"], None)], ids=str
)
def test_it_keeps_days_that_there_are(
    client: Client, page: str, form: Any, weekdays: list[str], as_kept: list[int] | None
) -> None:
    assert client.post(page, form(weekdays)).status_code == (200 if as_kept is None else 302)
    assert kept() == as_kept


def test_it_shows_them_ticked_and_told_in_the_list(client: Client) -> None:
    made = AccessRule.objects.create(location=location(), weekdays=[6, 7])
    page = client.get(f"/admin/stations/accessrule/{made.pk}/change/").text
    assert re.findall(r'name="weekdays" value="(\d)"[^>]*" checked', page) == ["6", "7"]
    client.cookies["django_language"] = "ru"
    assert ">Сб, Вс<" in client.get("/admin/stations/accessrule/").text


def test_of_a_rule_that_somebody_else_changes_meanwhile_only_what_was_touched_is_kept(client: Client) -> None:
    made = AccessRule.objects.create(location=location(), weekdays=[1])
    address = f"/admin/stations/accessrule/{made.pk}/change/"
    said = fields_of(client.get(address).text) | {"weekdays": ["1"], "initial-weekdays": ["1"]}
    AccessRule.objects.update(weekdays=[6, 7])
    said["opens"], said["closes"] = "08:00", "20:00"
    assert client.post(address, said).status_code == 302
    made.refresh_from_db()
    assert (made.weekdays, str(made.opens)) == ([6, 7], "08:00:00")
