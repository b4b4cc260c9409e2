"""Shared supplies in the portal: to be read; the limit belongs to the location."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from charging.tests.sites.yard import Yard, build
from stations.models import Location


@pytest.fixture
def yard(db: None) -> Yard:
    """A yard where two cars share."""
    made = build()
    made.share()
    for station in made.stations[:2]:
        made.come(station)
    made.share()
    return made


@pytest.fixture
def portal(db: None) -> Client:
    """The portal as an owner sees it."""
    client = Client()
    client.force_login(User.objects.create_superuser(email="owner@example.com", password="a good password"))
    return client


def test_it_shows_who_may_take_how_much(yard: Yard, portal: Client) -> None:
    address = reverse("admin:charging_siteplan_changelist")
    assert "32.0" in portal.get(address).content.decode()
    page = portal.get(reverse("admin:charging_siteplan_change", args=[yard.plan.pk])).content.decode()
    assert "Y-1 / 1" in page
    assert "Y-2 / 1" in page
    assert "Y-3 / 1" not in page
    assert 'name="shares-0-planned_a"' not in page


def test_it_lets_an_operator_share_a_supply_only_with_a_limit(yard: Yard, portal: Client) -> None:
    address = reverse("admin:stations_location_change", args=[yard.location.pk])
    form = portal.get(address).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    said: dict[str, Any] = {name: value for name, value in shown.items() if value is not False} | {
        "name-en": "Yard",
        "amenities": "",
        "supply_limit_a": "48",
    }
    assert portal.post(address, said).status_code == 302
    assert Location.objects.get().supply_limit_a == 48
    answer = portal.post(address, said | {"supply_limit_a": ""})
    assert answer.status_code == 200
    assert Location.objects.get().supply_limit_a == 48
    assert answer.context["adminform"].form.errors
