"""Every page says what it may load, and what somebody slips into it runs nothing."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from billing.models import SandboxInvoice, TariffPlan
from drivepower.portal.tests.making import superuser

pytestmark = pytest.mark.django_db


def policy_of(address: str) -> dict[str, list[str]]:
    """What the page there may load, by kind."""
    client = Client()
    client.force_login(superuser())
    answer = client.get(address)
    assert answer.status_code == 200
    return {
        words[0]: words[1:] for part in answer.headers["Content-Security-Policy"].split(";") if (words := part.split())
    }


def address_of(name: str) -> str:
    """A page of each kind."""
    match name:
        case "a plan":
            return reverse("admin:billing_tariffplan_change", args=[TariffPlan.objects.create(name="Day").pk])
        case "the bank":
            return reverse("bank-page", args=[an_invoice().public_id])
    return reverse(name)


def an_invoice() -> SandboxInvoice:
    """One that waits at the demo's bank."""
    return SandboxInvoice.objects.create(order="o-1", amount=500, currency="KGS", made_at=timezone.now())


@pytest.mark.parametrize("name", ["admin:index", "a plan", "the bank"])
def test_it_lets_a_page_load_only_what_is_ours(name: str, settings: Settings) -> None:
    settings.DEMO_MODE = True
    allowed = policy_of(address_of(name))
    assert (allowed["default-src"], allowed["script-src"]) == (["'self'"], ["'self'", "'unsafe-eval'"])
    assert (allowed["object-src"], allowed["base-uri"], allowed["form-action"]) == (["'none'"], ["'none'"], ["'self'"])
    assert allowed["frame-ancestors"] == ["'self'"]


@pytest.mark.parametrize(
    ("tiles", "source"),
    [
        ("", []),
        ("https://tiles.example.com/{z}/{x}/{y}.png", ["https://tiles.example.com"]),
        ("https://{s}.tiles.example.com:8443/{z}/{x}/{y}.png", ["https://*.tiles.example.com:8443"]),
    ],
)
def test_it_lets_pictures_of_the_map_come_from_their_server(tiles: str, source: list[str], settings: Settings) -> None:
    settings.MAP_TILE_URL = tiles
    assert policy_of(reverse("admin:index"))["img-src"] == ["'self'", "data:", *source]
