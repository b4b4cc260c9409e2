from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from billing import ledger
from billing.models import Transfer, Wallet
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, give, rule, straight, terms, wallet_with

pytestmark = pytest.mark.django_db
ADDRESS = "/api/billing/me/transactions"


def charge(wallet: Wallet, amount: str, subject: str, tax: str = "0") -> None:
    at = NOON + timedelta(hours=1)
    ledger.capture(wallet=wallet, subject=subject, revision=1, net=Decimal(amount), tax=Decimal(tax), at=at)


def brief(client: APIClient, address: str = ADDRESS) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["amount"], row["balance_after"]) for row in client.get(address).json()["data"]]


def test_it_shows_every_movement_newest_first_with_its_effect(client: APIClient, driver: User) -> None:
    # 500.00 in; 382.50 charged, tax included; 382.50 of another charge: 117.50 paid, 265.00 owed and paid by 300.00
    wallet = wallet_with("500", user=driver)
    charge(wallet, "341.52", "session:1", tax="40.98")
    charge(wallet, "382.50", "session:2")
    give(wallet, "300")
    refunded = Transfer.objects.get(reference="session:1:r1:charge")
    ledger.refund(
        transfer=refunded, amount=Decimal(10), reference="refund:1", made_by="staff:1", reason="late", at=NOON
    )
    assert brief(client) == [
        ("refund", "10.00", "45.00"),
        ("repayment", "-265.00", "35.00"),
        ("top_up", "300.00", "300.00"),
        ("capture", "-117.50", "0.00"),
        ("capture", "-382.50", "117.50"),
        ("top_up", "500.00", "500.00"),
    ]
    wallet.refresh_from_db()
    assert wallet.balance == Decimal(45)
    newest = client.get(ADDRESS).json()["data"][0]
    assert (newest["type"], newest["reason"], newest["currency"]) == ("charge_refund", "late", "KGS")


def test_it_keeps_what_staff_write_for_each_other_to_staff(client: APIClient, driver: User) -> None:
    wallet = wallet_with("5", user=driver)
    secret = {"made_by": "staff:1", "reason": "complains a lot"}
    ledger.adjust(wallet=wallet, amount=Decimal(10), reference="a:1", at=NOON, **secret)
    answer = client.get(ADDRESS)
    assert [row["reason"] for row in answer.json()["data"]] == ["adjustment", ""]
    assert "complains" not in answer.text


def test_it_names_the_receipt_and_never_an_inner_number(client: APIClient, driver: User) -> None:
    wallet = wallet_with("500", user=driver)
    given = terms(rule("per_kwh", "15"))
    receipt = give_receipt(
        wallet=wallet,
        subject="session:41",
        about="",
        price=price(given, straight(NOON, 40, 25_500)),
        terms=given,
        at=NOON,
    )
    charge(wallet, "382.50", "session:41")
    answer = client.get(ADDRESS)
    newest, oldest = answer.json()["data"]
    assert newest["receipt_id"] == str(receipt.public_id)
    assert newest["id"] == str(Transfer.objects.get(kind=Transfer.Kind.CAPTURE).public_id)
    assert (oldest["receipt_id"], oldest["type"]) == (None, "balance_topup")
    assert "session:41" not in answer.content.decode()


def test_it_shows_what_is_held(client: APIClient, driver: User) -> None:
    wallet = wallet_with("500", user=driver)
    for subject in ("session:1", "session:2"):
        ledger.hold(wallet=wallet, amount=Decimal(100), subject=subject, number=1, expires_at=None, at=NOON)
    ledger.release(subject="session:1", at=NOON)
    assert client.get(ADDRESS).json()["holds"] == [
        {"kind": "hold", "type": "charge_reserve", "amount": "100.00", "currency": "KGS", "at": "2026-03-02T06:00:00Z"}
    ]


def test_it_keeps_currencies_apart(client: APIClient, driver: User) -> None:
    wallet_with("500", user=driver)
    wallet_with("7", user=driver, currency="USD")
    give(Wallet.objects.get(user=driver, currency="KGS"), "1")
    assert brief(client) == [("top_up", "1.00", "501.00"), ("top_up", "7.00", "7.00"), ("top_up", "500.00", "500.00")]


def test_it_goes_on_by_cursor_with_the_right_balance(client: APIClient, driver: User) -> None:
    wallet = wallet_with("10", user=driver)
    for _ in range(6):
        give(wallet, "10")
    address, pages = f"{ADDRESS}?limit=3", []
    while address:
        pages.append(brief(client, address))
        address = client.get(address).json()["next"]
    assert [len(page) for page in pages] == [3, 3, 1]
    balances = [balance for page in pages for _, _, balance in page]
    assert balances == [f"{amount}.00" for amount in (70, 60, 50, 40, 30, 20, 10)]


def test_it_shows_nobody_elses(client: APIClient, stranger: User) -> None:
    theirs = wallet_with("500", user=stranger)
    ledger.hold(wallet=theirs, amount=Decimal(100), subject="session:1", number=1, expires_at=None, at=NOON)
    answer = client.get(ADDRESS).json()
    assert (answer["success"], answer["data"], answer["holds"], answer["next"]) == (True, [], [], None)


def test_it_asks_the_same_number_of_queries_for_any_length(client: APIClient, driver: User) -> None:
    wallet = wallet_with("500", user=driver)
    counts = []
    for round_ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        counts.append(len(queries))
        for number in range(15):
            charge(wallet, "1", f"session:{round_}:{number}")
            ledger.hold(
                wallet=wallet, amount=Decimal(1), subject=f"held:{round_}:{number}", number=1, expires_at=None, at=NOON
            )
    assert counts[0] == counts[1] == 5


def test_it_is_closed_to_strangers() -> None:
    assert APIClient().get(ADDRESS).status_code == 401


def test_it_pages_the_same_movements_by_offset_with_a_total(client: APIClient, driver: User) -> None:
    wallet = wallet_with("500", user=driver)
    charge(wallet, "100", "session:1")
    charge(wallet, "50", "session:2")
    history = "/api/v1/history/transactions"
    assert brief(client, history) == brief(client)
    page = client.get(history, {"limit": 1, "offset": 1}).json()
    shown = [(row["amount"], row["balance_after"]) for row in page["data"]]
    assert (page["total"], page["limit"], page["offset"], shown) == (3, 1, 1, [("-100.00", "400.00")])
