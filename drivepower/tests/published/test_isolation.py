"""Every route, asked by nobody, another driver, another company's staff, and whoever may."""

import hashlib
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import Model
from rest_framework.test import APIClient

from accounts.models import ApiClient, Company, IdTag, Login, Notification, PushSubscription, User
from billing.models import Hold, Receipt, TopUp, Transfer, Wallet
from charging.models import ChargingProfile, Reservation, Session
from drivepower.core.models import Webhook
from drivepower.tests.published.bodies import BODIES
from drivepower.tests.published.estate import CANARY, Estate
from drivepower.tests.published.routes import Route, all_routes
from drivepower.tests.published.rules import RULES, Who
from stations.models import AccessRule, Command, Connector, Favourite, Location, Maintenance, Report, Station

# Marked, so that the test database is made: the estate lives in a transaction around those of the tests.
pytestmark = pytest.mark.django_db

ROUTES = all_routes()
# What nobody else may change: everything that people keep.
KEPT: list[type[Model]] = [
    AccessRule, ApiClient, ChargingProfile, Command, Company, Connector, Favourite, Hold, IdTag, Location, Maintenance,
    Notification, PushSubscription, Receipt, Report, Reservation, Session, Station, TopUp, Transfer, Wallet, Webhook,
]  # fmt: skip
OUT = {401, 403, 404}


def ask(estate: Estate, route: Route, person: User | None) -> Any:
    """The request with every name filled in; its body names the driver's things too."""
    client = APIClient()
    if person is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {estate.token(person)}")
    names = estate.fill(route.path)
    makes = BODIES.get(str(route))
    body = makes(estate) if makes else {}
    cache.clear()
    send = getattr(client, route.method.lower())
    return send(f"/{route.path.format(**names)}", **({"data": body, "format": "json"} if route.method != "GET" else {}))


def content(answer: Any) -> str:
    """All of an answer, streamed or not."""
    whole: bytes = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
    return str(whole, "utf-8", "replace")


def fingerprint(estate: Estate) -> str:
    """Everything that is kept, but for the askers' own logins."""
    digest = hashlib.sha256()
    for model in KEPT:
        digest.update(repr([*model._base_manager.order_by("pk").values_list()]).encode())
    others = [estate.other_driver.pk, estate.other_host.pk, estate.other_fleet.pk]
    kept_users = User.objects.exclude(pk__in=others).order_by("pk").values_list("pk", "name", "email", "is_active")
    digest.update(repr([*kept_users, *Login.objects.filter(user=estate.driver).values_list("ended_at")]).encode())
    return digest.hexdigest()


def secrets_of(estate: Estate) -> list[str]:
    """What only the driver, the station's host and the house may read; numbers alone say nothing."""
    private = [value for value in estate.names.values() if len(value) > 10]
    return [CANARY, str(estate.driver.email), str(estate.driver.public_id), *private]


def test_it_has_a_rule_for_every_route() -> None:
    assert {str(route) for route in ROUTES} - RULES.keys() == set(), "a route was added: say in rules.py who may ask"
    assert RULES.keys() - {str(route) for route in ROUTES} == set(), "a rule is left of a route that has gone"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_it_keeps_others_out(route: Route, estate: Estate) -> None:
    who, before = RULES[str(route)], fingerprint(estate)
    for person in (None, estate.other_driver, estate.other_host, estate.other_fleet):
        answer = ask(estate, route, person)
        told = f"{route} by {person.name if person else 'nobody'}: {answer.status_code}"
        assert answer.status_code < 500, told
        if who not in (Who.ANYBODY, Who.MACHINE):
            said = content(answer)
            assert [word for word in secrets_of(estate) if word in said and word not in route.path] == [], told
            assert may_be(answer.status_code, who, person, route, estate), told
    if who in (Who.OWNER, Who.STAFF):
        assert fingerprint(estate) == before, f"{route}: somebody else changed something"


def may_be(status: int, who: Who, person: User | None, route: Route, estate: Estate) -> bool:
    """Whether somebody else may be answered so."""
    if person is None:
        return status == 401 or who is Who.SIGNED
    if who is Who.STAFF and person == estate.other_driver:
        return status == 403
    names_something = "{" in route.path or str(route) in BODIES
    return status in OUT | {400} or not names_something or who not in (Who.OWNER, Who.STAFF)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if RULES.get(str(route)) in (Who.OWNER, Who.STAFF)], ids=str
)
def test_it_lets_in_who_may(route: Route, estate: Estate) -> None:
    person = estate.owner if RULES[str(route)] is Who.STAFF else estate.driver
    answer = ask(estate, route, person)
    assert answer.status_code not in OUT | {405}, f"{route}: {answer.status_code} {content(answer)[:300]}"
    assert answer.status_code < 500
