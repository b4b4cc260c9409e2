"""Rota, rules and cards are for places that there are."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import DutyShift, IdTag, User
from drivepower.core.models import AlertRule
from stations.tests.world import location, station

pytestmark = pytest.mark.django_db
SHIFTS, RULES = "/admin/accounts/dutyshift/add/", "/admin/core/alertrule/add/"


@pytest.fixture
def client() -> Client:
    """An owner's browser, in a house with two locations."""
    location("ALA-TOO")
    location("OSH-BAZAAR")
    browser = Client()
    browser.force_login(User.objects.create_superuser(email="owner@example.com", password="x"))
    return browser


def shift(locations: str) -> dict[str, Any]:
    since = {"since_0": "2026-03-02", "since_1": "08:00", "until_0": "2026-03-03", "until_1": "08:00"}
    return {"person": User.objects.get().pk, "turn": 1, "locations": locations, **since}


def rule(locations: str) -> dict[str, Any]:
    said = {"name": "mine", "kind": "station_offline", "severity": "warning", "is_on": "on"}
    steps = {f"steps-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {**said, **steps, "escalate_minutes": 15, "most_ladders_per_day": 4, "locations": locations}


def kept(page: str) -> list[str]:
    row = (DutyShift.objects if page == SHIFTS else AlertRule.objects.filter(name="mine")).first()
    return row.locations if row else ["nothing is kept"]


@pytest.mark.parametrize(("page", "form"), [(SHIFTS, shift), (RULES, rule)], ids=["rota", "rule"])
@pytest.mark.parametrize(
    ("said", "as_kept"),
    [("", []), ("ALA-TOO", ["ALA-TOO"]), (" ala-too,OSH-Bazaar,ALA-TOO", ["ALA-TOO", "OSH-BAZAAR"])],
    ids=["all", "one", "otherwise-written"],
)
def test_it_keeps_the_codes_of_locations(client: Client, page: str, form: Any, said: str, as_kept: list[str]) -> None:
    answer = client.post(page, form(said))
    assert (answer.status_code, kept(page)) == (302, as_kept)


@pytest.mark.parametrize(("page", "form"), [(SHIFTS, shift), (RULES, rule)], ids=["rota", "rule"])
@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("ALA-TO", "There is no place ALA-TO. Did you mean: ALA-TOO?"),
        ("OSH-BAZAAR,<b>", "There is no place &lt;b&gt;."),
    ],
    ids=["near", "hostile"],
)
def test_it_refuses_a_slip_and_names_what_is_near(client: Client, page: str, form: Any, said: str, error: str) -> None:
    answer = client.post(page, form(said))
    assert kept(page) == ["nothing is kept"]
    assert error in answer.text


def card(places: str) -> dict[str, Any]:
    return {"value": "04A1B2C3", "kind": "rfid", "sessions_at_once": "1", "allowed_places": places}


def test_a_card_names_locations_and_stations(client: Client) -> None:
    station("BSK-01")
    answer = client.post("/admin/accounts/idtag/add/", card("BSK-1, OSH-BAZAAR"))
    assert "There is no place BSK-1. Did you mean: BSK-01?" in answer.text
    assert client.post("/admin/accounts/idtag/add/", card("bsk-01, osh-bazaar")).status_code == 302
    assert IdTag.objects.get().allowed_places == ["BSK-01", "OSH-BAZAAR"]


def test_a_card_is_blocked_though_its_place_has_gone(client: Client) -> None:
    made = IdTag.objects.create(value="04A1B2C3", allowed_places=["GONE"])
    said = card("GONE") | {"initial-allowed_places": "GONE", "blocked": "on"}
    assert client.post(f"/admin/accounts/idtag/{made.pk}/change/", said).status_code == 302
    made.refresh_from_db()
    assert (made.blocked, made.allowed_places) == (True, ["GONE"])
