"""Money in the portal: everything can be seen, nothing can be written, and no page asks more for more rows."""

import re
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing import adjustments, ledger
from billing.models import (
    Adjustment,
    Capture,
    Debt,
    Hold,
    PriceTerms,
    ProviderEvent,
    Receipt,
    SandboxInvoice,
    TariffPlan,
    TariffRule,
    TariffVersion,
    TopUp,
    Transfer,
    Wallet,
    WalletCheckpoint,
)
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tariffs import freeze_terms, publish_version
from billing.tests.making import NOON, give, person, rule, straight, terms

pytestmark = pytest.mark.django_db
PAGES: list[type[models.Model]] = [
    Adjustment,
    Capture,
    Debt,
    Hold,
    PriceTerms,
    ProviderEvent,
    Receipt,
    SandboxInvoice,
    TariffVersion,
    TopUp,
    Transfer,
    Wallet,
    WalletCheckpoint,
]
LISTS: list[type[models.Model]] = [*PAGES, TariffPlan]


def live_through(name: str) -> Wallet:
    """Everything that can happen to a driver's money, once."""
    wallet = ledger.wallet_of(user=person(name), currency="KGS")
    transfer = give(wallet, "382.50")
    ledger.hold(wallet=wallet, amount=Decimal(100), subject=f"{name}:1", number=1, expires_at=None, at=NOON)
    ledger.capture(wallet=wallet, subject=f"{name}:2", revision=1, net=Decimal(300), tax=Decimal(5), at=NOON)
    given = terms(rule("per_kwh", "15"), rule("per_minute", "1.5"))
    plan = TariffPlan.objects.create(name=f"plan of {name}")
    rules = [TariffRule(name="night", dimension="per_kwh", price=Decimal("9.5"), weekdays=[6, 7])]
    publish_version(plan=plan, rules=rules, at=NOON)
    give_receipt(
        wallet=wallet,
        subject=f"{name}:2",
        about="",
        price=price(given, straight(NOON, 40, 25_500)),
        terms=given,
        at=NOON,
    )
    freeze_terms(terms=given, at=NOON)
    top_up = TopUp.objects.create(
        wallet=wallet,
        provider="sandbox",
        provider_invoice=f"invoice-{name}",
        provider_transaction=f"payment-{name}",
        amount=Decimal("382.50"),
        state=TopUp.State.APPROVED,
        transfer=transfer,
        made_at=NOON,
        expires_at=NOON,
    )
    ProviderEvent.objects.create(
        provider="sandbox", body="<script>alert(1)</script>", verdict="hint", top_up=top_up, received_at=NOON
    )
    SandboxInvoice.objects.create(order=name, amount=Decimal("382.50"), currency="KGS", made_at=NOON)
    adjustments.ask_adjustment(wallet=wallet, amount=Decimal(5000), reason="a prize", asked_by="staff:1", at=NOON)
    ledger.checkpoint(at=NOON)
    return wallet


@pytest.fixture
def portal() -> Client:
    """A superuser's browser."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.create_superuser(email="root@example.com"))
    return client


def address(model: type[models.Model]) -> str:
    return f"/admin/billing/{model._meta.model_name}/"


@pytest.mark.parametrize("model", LISTS)
def test_it_asks_the_same_number_of_queries_for_any_number_of_rows(model: type[models.Model], portal: Client) -> None:
    counts = []
    for names in (["a"], ["b", "c", "d"]):
        for name in names:
            live_through(name)
        with CaptureQueriesContext(connection) as queries:
            assert portal.get(address(model)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", PAGES)
def test_it_shows_a_row_and_lets_nobody_write_it(model: type[models.Model], portal: Client) -> None:
    live_through("a")
    for row in model._default_manager.all():
        page = portal.get(f"{address(model)}{row.pk}/change/")
        assert page.status_code == 200
        assert b"<script>alert(1)</script>" not in page.content
        assert portal.post(f"{address(model)}{row.pk}/change/", {}).status_code == 403
        assert portal.post(f"{address(model)}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert portal.get(f"{address(model)}add/").status_code == 403


@pytest.mark.parametrize("model", LISTS)
def test_it_searches(model: type[models.Model], portal: Client) -> None:
    live_through("a")
    if admin.site._registry[model].search_fields:
        for words in ("a@example.com", "7", "session:41", "х'\""):
            assert portal.get(address(model), {"q": words}).status_code == 200


def test_it_writes_amounts_with_their_currency(portal: Client) -> None:
    live_through("a")
    for model in (Transfer, TopUp, SandboxInvoice):
        assert "382.50 KGS" in portal.get(address(model)).content.decode()
    wallets = portal.get(address(Wallet), {"system__exact": ""}).content.decode()
    assert "100.00 KGS" in wallets
    assert "22.50 KGS" in wallets  # 382.50 - 100.00 held = 282.50 paid of 305.00


def test_it_finds_what_a_provider_said_of_a_payment(portal: Client) -> None:
    live_through("aida")
    live_through("bakyt")
    top_up = TopUp.objects.get(provider_invoice="invoice-aida")
    rows = [f"{address(ProviderEvent)}{top_up.events.get().pk}/change/"]
    for words in ("invoice-aida", "payment-aida", str(top_up.public_id)):
        with CaptureQueriesContext(connection) as queries:
            page = portal.get(address(ProviderEvent), {"q": words}).content.decode()
        assert re.findall(rf"{address(ProviderEvent)}\d+/change/", page) == rows
        assert not any("LIKE" in query["sql"] for query in queries if "providerevent" in query["sql"])


def test_it_finds_a_persons_money(portal: Client) -> None:
    live_through("aida")
    live_through("bakyt")
    page = portal.get(address(Hold), {"q": "aida@example"}).content.decode()
    assert ("aida:1" in page, "bakyt:1" in page) == (True, False)


def test_it_shows_what_the_house_has(portal: Client) -> None:
    live_through("a")
    revenue = Wallet.objects.get(system=Wallet.System.REVENUE)
    assert "300.00 KGS" in portal.get(f"{address(Wallet)}{revenue.pk}/change/").content.decode()


def test_it_shows_the_prices_in_force_and_every_version(portal: Client) -> None:
    live_through("a")
    plan = TariffPlan.objects.get()
    publish_version(plan=plan, rules=[TariffRule(name="all day", dimension="per_kwh", price=Decimal("15.5"))], at=NOON)
    page = portal.get(f"{address(TariffPlan)}{plan.pk}/change/").content.decode()
    assert "15.50 KGS" in page
    assert "9.50 KGS" not in page.partition('id="history"')[0]
    assert "Rule “night” removed: energy, per kWh, 9.50 KGS per kWh" in page
    assert "v2" in portal.get(address(TariffPlan)).content.decode()
    first = TariffVersion.objects.get(number=1)
    assert "9.50 KGS" in portal.get(f"{address(TariffVersion)}{first.pk}/change/").content.decode()


def test_it_prints_quantities_for_people(portal: Client) -> None:
    live_through("a")
    page = portal.get(f"{address(Receipt)}{Receipt.objects.get().pk}/change/").content.decode()
    for text in ("25.500 kWh", "40:00 min", "DP-2026-000001", "442.50 KGS"):
        assert text in page


def test_it_is_closed_to_staff_without_rights() -> None:
    client = Client()
    client.force_login(User.objects.create_user(email="guest@example.com", role=User.Role.STAFF))
    assert {client.get(address(model)).status_code for model in LISTS} == {403}
