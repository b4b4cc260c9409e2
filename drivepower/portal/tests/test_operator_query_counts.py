"""No list of the operator API asks the database more often because it is longer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Company, IdTag, Membership, User
from accounts.tests.world import tokens_of
from billing import ledger, tariffs
from billing.models import Adjustment, TariffPlan, TopUp, Wallet
from charging import approvals, lifecycle, settlement
from charging.models import DecisionRequest, Session
from charging.tests.world import NOW, World, minutes, per_kwh, top_up

LISTS = [
    *("drivers", "id-tags", "companies", "memberships", "sessions", "receipts", "wallets", "transfers", "top-ups"),
    *(
        "adjustments",
        "tariff-plans",
        "tariff-plans/{plan}/versions",
        "decision-requests",
        "sessions/{session}/readings",
    ),
    *(f"exports/{name}" for name in ("id-tags", "sessions", "receipts", "transfers")),
]
DASHBOARDS = ["analytics/dashboard", "analytics/usage"]


@pytest.fixture
def owner(db: None) -> APIClient:
    """Somebody who may see everything."""
    client = APIClient()
    person = User.objects.create_superuser(email="owner@example.com")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(person).access}")
    return client


def populate(world: World, start: int, count: int) -> None:
    """So many more of everything that lists show."""
    for number in range(start, start + count):
        company = Company.objects.create(name=f"Company {number}")
        tier = Membership.objects.create(name=f"Tier {number}")
        driver = world.driver(name=f"Driver {number}", company=company, membership=tier)
        card = world.card(driver, value=f"CARD-{number}", company=company)
        wallet = ledger.wallet_of(company=company, currency="KGS")
        top_up(wallet, "10000")
        charge(world, card, NOW + minutes(1000 * number))
        money(wallet, number)
        plan = TariffPlan.objects.create(name=f"Plan {number}", currency="KGS")
        for _again in range(2):
            tariffs.publish_version(plan=plan, rules=[per_kwh("1")], in_force_from=NOW - minutes(9), at=NOW)
        tariffs.publish_version(plan=world.plan, rules=[per_kwh("15"), per_kwh("15")], in_force_from=NOW, at=NOW)


def charge(world: World, card: IdTag, at: Any) -> None:
    """A settled charge with readings, about which a large waiver waits; and one that runs."""
    session = world.begin(card.value, at=at).session
    first = Session.objects.filter(price_terms__isnull=False).order_by("pk").first() or session
    for minute in range(3):
        world.read(first, 1000 + 100 * minute, at=at + minutes(minute), power_w=1000)
    world.end(session, 81_000, at=at + minutes(600))
    settlement.settle(session_id=session.pk, at=at + minutes(601))
    approvals.waive(session_id=session.pk, reason="Why not", by="staff:x", at=at + minutes(602))
    running = world.begin(card.value, at=at + minutes(700)).session
    lifecycle.infer_end(session=running, until=at + minutes(720), reason="Silence")


def money(wallet: Wallet, number: int) -> None:
    """A top-up and an adjustment."""
    TopUp.objects.create(
        wallet=wallet, provider="sandbox", amount=Decimal(5), made_at=NOW, expires_at=NOW + timedelta(hours=1)
    )
    Adjustment.objects.create(
        kind="adjustment",
        wallet=wallet,
        amount=number + 1,
        reason="x",
        asked_by="staff:x",
        asked_at=NOW,
        needs_approval=True,
    )


def counts(owner: APIClient, addresses: list[str]) -> dict[str, tuple[int, int]]:
    """How many queries each list takes, and how many rows it shows."""
    keys = {
        "plan": TariffPlan.objects.get(name="Plain").public_id,
        "session": Session.objects.filter(price_terms__isnull=False).order_by("pk")[0].public_id,
    }
    found = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            answer: Any = owner.get(f"/api/v1/operator/{address.format(**keys)}")
            lines = list(answer.streaming_content)[1:] if answer.streaming else answer.json().get("data", [])
        assert answer.status_code == 200, address
        found[address] = (len(queries), sum(map(bytes.__len__, lines)) if answer.streaming else len(lines))
    return found


def test_it_asks_as_often_for_many_as_for_few(world: World, owner: APIClient) -> None:
    populate(world, 0, 2)
    few = counts(owner, [*LISTS, *DASHBOARDS])

    populate(world, 2, 10)
    many = counts(owner, [*LISTS, *DASHBOARDS])

    assert DecisionRequest.objects.count() == 12
    assert {address: queries for address, (queries, _) in many.items()} == {
        address: queries for address, (queries, _) in few.items()
    }
    for address in LISTS:
        assert many[address][1] > few[address][1] > 0, address
