"""Every route, asked by nobody, another driver, another company's staff, and whoever may."""

import hashlib
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from rest_framework.test import APIClient

from accounts.models import ApiClient, Company, IdTag, Login, Notification, PushSubscription, User
from billing.models import Adjustment, Hold, Receipt, TariffPlan, TopUp, Transfer, Wallet
from charging.models import ChargingProfile, DecisionRequest, Reservation, Session
from drivepower.core.models import Alert, Webhook
from drivepower.core.tenancy import CutQuerySet
from drivepower.tests.published.bodies import BODIES
from drivepower.tests.published.estate import ADDRESS, CANARY, CARD, IDENTITY, LOCATION, STATION, Estate
from drivepower.tests.published.routes import Route, all_routes, house_only
from drivepower.tests.published.rules import BLIND, RULES, TOLD_NO, Who
from stations.models import (
    AccessRule,
    Certificate,
    Command,
    Connector,
    Favourite,
    Location,
    Maintenance,
    Report,
    Station,
)
from stations.models.bulk import BulkCommand

# Marked, so that the test database is made: the estate lives in a transaction around those of the tests.
pytestmark = pytest.mark.django_db

ROUTES = all_routes()
OWNED = [route for route in ROUTES if RULES.get(str(route)) in (Who.OWNER, Who.STAFF)]
NAMING = [route for route in ROUTES if str(route) in BODIES and route not in OWNED]
# What nobody else may change: everything that people keep.
KEPT: list[type[Model]] = [
    AccessRule, Adjustment, Alert, ApiClient, BulkCommand, Certificate, ChargingProfile, Command, Company, Connector,
    DecisionRequest, Favourite, Hold, IdTag, Location, Maintenance, Notification, PushSubscription, Receipt, Report,
    Reservation, Session, Station, TariffPlan, TopUp, Transfer, Wallet, Webhook,
]  # fmt: skip
OUT = {401, 403, 404}


def body_of(estate: Estate, route: Route) -> dict[str, Any]:
    """What is sent along; it names the driver's and the host's things."""
    makes = BODIES.get(str(route))
    return makes(estate) if makes else {}


def send(estate: Estate, person: User | None, method: str, address: str, body: dict[str, Any]) -> Any:
    """The answer to one request, within every limit of how many."""
    client = APIClient()
    if person is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {estate.token(person)}")
    cache.clear()
    more = {} if method == "GET" else {"data": body, "format": "json"}
    return getattr(client, method.lower())(address, **more)


def ask(estate: Estate, route: Route, person: User | None) -> Any:
    """The request with every name filled in, in its address and its body."""
    address = "/" + route.path.format(**estate.fill(route.path))
    return send(estate, person, route.method, address, body_of(estate, route))


def content(answer: Any) -> str:
    """All of an answer, streamed or not."""
    whole: bytes = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
    return str(whole, "utf-8", "replace")


def fingerprint(estate: Estate) -> str:
    """Everything that is kept, but for the askers' own logins."""
    digest = hashlib.sha256()
    for model in KEPT:
        digest.update(repr([*model._base_manager.order_by("pk").values_list()]).encode())
    others = [person.pk for person in outsiders_of(estate) if person]
    kept = User.objects.exclude(pk__in=others).order_by("pk")
    digest.update(repr([*kept.values_list("pk", "name", "email", "is_active", "company", "role")]).encode())
    digest.update(repr([*Login.objects.filter(user=estate.driver).values_list("ended_at")]).encode())
    return digest.hexdigest()


def outsiders_of(estate: Estate) -> list[User | None]:
    """To whom none of it belongs; the last one is kept out by nothing but the company."""
    return [None, estate.other_driver, estate.other_host, estate.other_fleet, estate.stranger]


def secrets_of(estate: Estate, who: Who) -> set[str]:
    """What only the driver, the host and the house may read; where a station stands, drivers find on the map."""
    network = {STATION, IDENTITY, LOCATION, ADDRESS}
    private = {value for value in estate.names.values() if len(value) > 10} - network
    private |= {CANARY, CARD, str(estate.driver.email), str(estate.driver.public_id)}
    return private | network if who is Who.STAFF else private


def complaints(estate: Estate, route: Route, person: User | None) -> list[str]:
    """What is wrong with the answer to somebody to whom none of it belongs."""
    who, answer = RULES[str(route)], ask(estate, route, person)
    told = f"{route} by {person.name if person else 'nobody'}: {answer.status_code}"
    if answer.status_code >= 500:
        return [told]
    if who in (Who.ANYBODY, Who.MACHINE):
        return []
    # A refusal may repeat what was asked for.
    asked = json.dumps(body_of(estate, route)) if answer.status_code >= 400 else ""
    said = content(answer)
    leaks = [f"{told} says {word}" for word in secrets_of(estate, who) if word in said and word not in asked]
    return leaks if may_be(answer.status_code, who, person, route, estate) else [told, *leaks]


def may_be(status: int, who: Who, person: User | None, route: Route, estate: Estate) -> bool:
    """Whether somebody else may be answered so."""
    if person is None:
        return status == 401 or who is Who.SIGNED
    if who is Who.STAFF and person == estate.other_driver:
        return status == 403
    if route in NAMING or (who in (Who.OWNER, Who.STAFF) and ("{" in route.path or str(route) in BODIES)):
        return status in OUT or str(route) in TOLD_NO
    return True


def test_it_has_a_rule_for_every_route() -> None:
    assert {str(route) for route in ROUTES} - RULES.keys() == set(), "a route was added: say in rules.py who may ask"
    assert RULES.keys() - {str(route) for route in ROUTES} == set(), "a rule is left of a route that has gone"
    assert (BODIES.keys() | BLIND.keys() | TOLD_NO.keys()) - RULES.keys() == set()


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_it_keeps_others_out(route: Route, estate: Estate) -> None:
    before = fingerprint(estate)
    assert [wrong for person in outsiders_of(estate) for wrong in complaints(estate, route, person)] == []
    if route in OWNED or route in NAMING:
        assert fingerprint(estate) == before, f"{route}: somebody else changed something"


@pytest.mark.parametrize("route", [*OWNED, *NAMING], ids=str)
def test_it_lets_in_who_may(route: Route, estate: Estate) -> None:
    is_drivers = RULES[str(route)] is Who.OWNER
    answer = ask(estate, route, estate.driver if is_drivers else estate.owner)
    # What a body names must be read before it is refused; others may be empty.
    refused = OUT | {405} | ({400} if str(route) in BODIES else set())
    assert answer.status_code not in refused, f"{route}: {answer.status_code} {content(answer)[:300]}"
    assert answer.status_code < 500


def test_it_would_see_a_missing_cut(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where staff of a company may come in at all, nothing but the cut keeps them from the others' rows."""
    monkeypatch.setattr(CutQuerySet, "seen_by", lambda rows, person: rows)
    closed, unseen = house_only(), set()
    for route in [route for route in OWNED if RULES[str(route)] is Who.STAFF and route not in closed]:
        with transaction.atomic():
            if not complaints(estate, route, estate.stranger):
                unseen.add(str(route))
            transaction.set_rollback(True)
    assert unseen == BLIND.keys()
