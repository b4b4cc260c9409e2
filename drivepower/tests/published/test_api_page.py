"""docs/api.md: its programs work as they stand, and what it names is there."""

import re
import runpy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework_simplejwt.settings import api_settings

from accounts.models import ApiClient
from accounts.tests.world import aida
from drivepower import rest
from drivepower.core import errors
from drivepower.core.webhooks.keeping import new_secret
from drivepower.core.webhooks.signing import headers_for
from drivepower.tests.published.pages import DOCS, blocks_of, links_of, text_of
from drivepower.tests.published.routes import Route, all_routes
from drivepower.tests.test_env_example import settings_read

PAGE = "api.md"
# "GET /api/v1/…" as code, with or without a body behind it; shortened ones begin with "…".
ROUTE = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) /([^\s`?]+)")
CODES = re.compile(r"^\| (\d{3}) \| (.*)", re.MULTILINE)
SHOUTED = re.compile(r"`([A-Z]+_[A-Z_]+)(?:=\w+)?`")
LATER = timedelta(minutes=6)


def program(named: str, folder: Path) -> Callable[..., Any]:
    """A function of the page's programs."""
    for number, text in enumerate(blocks_of(PAGE, "python")):
        file = folder / f"program_{number}.py"
        file.write_text(text)
        found = runpy.run_path(str(file))
        if named in found:
            return found[named]  # type: ignore[no-any-return]  # a function
    raise AssertionError(named)


def test_its_receiver_knows_what_we_sign(tmp_path: Path) -> None:
    is_genuine, secret, body = program("is_genuine", tmp_path), new_secret(), b'{"type":"session.settled"}'
    sent = headers_for(message="one", body=body, secrets=[new_secret(), secret], at=timezone.now())

    assert is_genuine(secret, sent, body)
    assert not is_genuine(secret, sent, body + b" ")
    assert not is_genuine(new_secret(), sent, body)
    assert not is_genuine(secret, sent | {"webhook-id": "two"}, body)


def test_its_receiver_takes_nothing_old(tmp_path: Path) -> None:
    is_genuine, secret = program("is_genuine", tmp_path), new_secret()
    old = headers_for(message="one", body=b"{}", secrets=[secret], at=timezone.now() - LATER)

    assert not is_genuine(secret, old, b"{}")


@pytest.mark.django_db
def test_its_client_is_let_in_once(tmp_path: Path) -> None:
    sign, secret, path = program("headers_for", tmp_path), "5f" * 32, "/api/v1/notifications?limit=5"
    ApiClient.objects.create(client_id="shop", name="Shop", secret=secret, user=aida(), made_at=timezone.now())
    headers = sign("shop", secret, "GET", path)

    answers = [Client().get(path, headers=said) for said in (headers, headers, sign("shop", "5e" * 32, "GET", path))]

    assert [answer.status_code for answer in answers] == [200, 401, 401]


@pytest.mark.django_db
def test_its_client_signs_bodies(tmp_path: Path) -> None:
    sign, secret, path, body = program("headers_for", tmp_path), "5f" * 32, "/api/v1/profile", b'{"name": "Aida K."}'
    ApiClient.objects.create(client_id="shop", name="Shop", secret=secret, user=aida(), made_at=timezone.now())
    headers = sign("shop", secret, "PATCH", path, body)

    assert Client().patch(path, b"{}", "application/json", headers=headers).status_code == 401
    assert Client().patch(path, body, "application/json", headers=headers).status_code == 200


def test_its_routes_are_there() -> None:
    named = {Route(method, path) for method, path in ROUTE.findall(text_of(PAGE))}

    assert named - set(all_routes()) == set()
    assert len(named) > 10


def test_its_codes_have_the_status_that_it_says() -> None:
    told = {code: int(status) for status, line in CODES.findall(text_of(PAGE)) for code in re.findall(r"`(\w+)`", line)}
    told.pop("details")

    assert {code: errors.status_of(code) for code in told} == told


def test_its_settings_are_read() -> None:
    assert set(SHOUTED.findall(text_of(PAGE))) - settings_read().keys() == set()


def test_its_rates_and_times_are_ours() -> None:
    assert rest.RATES == {
        "person": "60/min", "operator": "300/min", "critical": "10/min", "login": "10/min", "code": "5/min",
        "report": "6/min", "webhook": "30/min", "commission": "180/min",
    }  # fmt: skip
    assert api_settings.REFRESH_TOKEN_LIFETIME.days == 30


def test_its_page_of_the_portal_is_there() -> None:
    assert f"`{reverse('admin:accounts_apiclient_changelist')}`" in text_of(PAGE)


def test_its_links_lead_somewhere() -> None:
    assert [link for link in links_of(PAGE) if not (DOCS / link).is_file()] == []
