"""The search box finds papers about money by the numbers that people read out of them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import ledger
from billing.models import (
    FiscalDocument,
    Invoice,
    Payout,
    ProviderRegister,
    Receipt,
    RegisterLine,
    Statement,
    Transfer,
    Wallet,
)
from charging.tests.world import NOW, World, top_up
from drivepower.portal.tests.companies import FOREIGN, OURS, host_of, populate
from drivepower.portal.tests.making import staff, superuser
from drivepower.portal.tests.test_find import JSON, addresses, as_person

NOTHING = dict.fromkeys(("opening", "refunded", "paid", "other", "owed", "tax"), 0)


def invoice_of(wallet: Wallet, number: int) -> Invoice:
    """What its company is to pay for March."""
    month = NOW.date().replace(day=1)
    sums: dict[str, Any] = {"net": Decimal(100), "tax": Decimal(12), "gross": Decimal(112)}
    statement = Statement.objects.create(wallet=wallet, month=month, charged=112, closing=-112, made_at=NOW, **NOTHING)
    return Invoice.objects.create(
        wallet=wallet, statement=statement, seller="DP", year=2026, number=number, month=month, currency="KGS",
        due_on=month + timedelta(days=40), made_at=NOW, **sums,
    )  # fmt: skip


@pytest.fixture
def papers(world: World) -> dict[str, Any]:
    """A company with an invoice, money on its way to its bank, a registered receipt, a line of a provider's file."""
    company = populate(world, OURS)
    wallet = ledger.wallet_of(company=company, currency="KGS")
    top_up(ledger.wallet_of(user=world.driver(), currency="KGS"), "5")
    moved = Transfer.objects.latest("pk")
    paid = Payout.objects.create(
        wallet=wallet, amount=5, destination="KG1", reason="asked", state="paid", asked_by="staff:1", asked_at=NOW,
        decided_by="staff:2", decided_at=NOW, paid_by="staff:2", paid_at=NOW, bank_reference="PP-77/3", transfer=moved,
    )  # fmt: skip
    document = FiscalDocument.objects.create(
        receipt=Receipt.objects.get(), adapter="sandbox", state="done", fiscal_number="FN-0001234", made_at=NOW,
        done_at=NOW,
    )  # fmt: skip
    register = ProviderRegister.objects.create(
        provider="odengi", currency="KGS", file_name="march.csv", sha256="0" * 64, since=NOW,
        until=NOW + timedelta(days=1), imported_by="staff:1", imported_at=NOW,
    )  # fmt: skip
    line = RegisterLine.objects.create(
        register=register, number=1, provider="odengi", kind="payment", provider_transaction="TX-5501", at=NOW,
        currency="KGS", amount=5,
    )  # fmt: skip
    return {
        "invoice": invoice_of(wallet, 41), "payout": paid, "fiscaldocument": document, "registerline": line,
        "company": company,
    }  # fmt: skip


SAID = [
    ("invoice", "DP-INV-2026-000041"),
    ("invoice", " dp-inv-2026-41 "),
    ("invoice", "INV-2026-000041"),
    ("payout", "PP-77/3"),
    ("fiscaldocument", "FN-0001234"),
    ("registerline", "TX-5501"),
]


@pytest.mark.parametrize(("kind", "said"), SAID, ids=[said.strip() for _kind, said in SAID])
def test_it_finds_a_paper_by_its_number(papers: dict[str, Any], kind: str, said: str) -> None:
    client = as_person(superuser())

    found = addresses(client, said)

    assert found == [f"/admin/billing/{kind}/{papers[kind].pk}/change/"]
    assert client.get(found[0]).status_code == 200


@pytest.mark.parametrize("kind", ["invoice", "payout", "fiscaldocument"])
def test_it_finds_a_paper_by_its_public_id(papers: dict[str, Any], kind: str) -> None:
    found = addresses(as_person(superuser()), str(papers[kind].public_id))

    assert found == [f"/admin/billing/{kind}/{papers[kind].pk}/change/"]


def test_it_says_what_the_paper_is(papers: dict[str, Any]) -> None:
    (kind,) = as_person(superuser()).get(JSON, {"q": "DP-INV-2026-000041"}).json()["found"]

    assert kind["title"] == "Invoices"
    assert kind["rows"][0]["title"] == "DP-INV-2026-000041"
    assert kind["rows"][0]["detail"] == "112.00 KGS · due 10 Apr 2026 · OURS Ltd"


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("Finance", {"invoice", "payout", "fiscaldocument", "registerline"}),
        ("Support", {"invoice", "payout", "fiscaldocument"}),
        ("Technician", set()),
    ],
)
def test_it_finds_what_the_role_may_open(papers: dict[str, Any], role: str, seen: set[str]) -> None:
    client = as_person(staff(role))

    assert {address.split("/")[3] for _kind, said in SAID for address in addresses(client, said)} == seen


def test_it_finds_no_paper_of_another_company(papers: dict[str, Any], world: World) -> None:
    stranger = as_person(host_of(populate(world, FOREIGN)))

    assert [address for _kind, said in SAID for address in addresses(stranger, said)] == []


def test_a_company_finds_its_own_invoice(papers: dict[str, Any]) -> None:
    found = addresses(as_person(host_of(papers["company"])), "DP-INV-2026-000041")

    assert found == [f"/admin/billing/invoice/{papers['invoice'].pk}/change/"]


def test_words_ask_no_paper(papers: dict[str, Any]) -> None:
    client = as_person(superuser())

    with CaptureQueriesContext(connection) as queries:
        client.get(JSON, {"q": "osmon"})

    assert not [one for one in queries if "billing_payout" in one["sql"] or "billing_registerline" in one["sql"]]
