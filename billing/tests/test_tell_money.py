"""What happens to money as events: whose it is, in whose words, and once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.models import Company, User
from billing import adjustments, ledger
from billing.models import Debt, Receipt, TopUp, Transfer, Wallet
from billing.payments.top_ups import cancel_top_up, check_top_up, start_top_up
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, rule, straight, terms, wallet_with
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.sending import send_back
from drivepower.core.models import Event
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def told(kind: str) -> list[dict[str, Any]]:
    """What events of that kind say, the oldest first."""
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("payload", flat=True))


def kinds() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def charge(wallet: Wallet, amount: str, subject: str = "session:1") -> None:
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=Decimal(amount), tax=Decimal(0), at=NOON)


def test_a_payment_that_arrived(paid: TopUp, driver: User) -> None:
    event = Event.objects.get(kind="payment.approved")
    assert (event.subject, event.driver, event.company, event.host) == (paid.subject, driver.public_id, None, None)
    assert (event.is_public, event.at) == (False, NOON + MINUTE)
    assert event.payload == {
        "payment_id": str(paid.public_id),
        "amount": "500.00",
        "currency": "KGS",
        "balance": "500.00",
        "owed": "0.00",
        "provider": "sandbox",
        "method": "qr",
        "wallet_id": str(paid.wallet.public_id),
    }
    check_top_up(top_up_id=paid.pk, at=NOON + 2 * MINUTE)
    assert kinds() == ["payment.approved"]


def test_a_payment_that_the_bank_refuses(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("declined")
    for minute in (1, 2):
        check_top_up(top_up_id=top_up.pk, at=NOON + minute * MINUTE)
    assert [said["amount"] for said in told("payment.failed")] == ["500.00"]


def test_a_payment_whose_time_is_over(top_up: TopUp, bank: ScriptedBank) -> None:
    check_top_up(top_up_id=top_up.pk, at=NOON + 6 * MINUTE)
    assert kinds() == ["payment.expired"]


def test_a_payment_that_its_driver_gave_up_is_no_news(top_up: TopUp) -> None:
    cancel_top_up(top_up=top_up, at=NOON)
    assert kinds() == []


def test_a_payment_that_could_not_begin(driver: User, settings: Settings) -> None:
    settings.SANDBOX_BANK_URL = NOBODY
    with pytest.raises(Refusal):
        start_top_up(user=driver, amount=Decimal(99), currency="KGS", method=TopUp.Method.QR, at=NOON)
    assert [said["amount"] for said in told("payment.failed")] == ["99.00"]


def test_money_on_its_way_back_is_told_once(paid: TopUp, bank: ScriptedBank) -> None:
    refund = send_back(top_up=paid, amount=Decimal(120), reason="x", made_by="staff:1", at=NOON + MINUTE)
    [said] = told("payment.refunded")
    assert (said["refund_id"], said["amount"], said["balance"]) == (str(refund.public_id), "120.00", "380.00")
    bank.code, bank.refund = 409, {"error": "no"}
    send_back(top_up=paid, amount=Decimal(5), reason="x", made_by="staff:1", at=NOON + MINUTE)
    assert len(told("payment.refunded")) == 1


def test_money_that_the_bank_took_back(paid: TopUp, bank: ScriptedBank) -> None:
    charge(paid.wallet, "300")
    bank.sent_back("500.00")
    check_top_up(top_up_id=paid.pk, at=NOON + 2 * MINUTE)
    [said] = told("payment.reversed")
    assert (said["amount"], said["balance"], said["owed"]) == ("500.00", "0.00", "300.00")
    assert [said["amount"] for said in told("wallet.debt")] == ["300.00"]


def test_a_debt(driver: User) -> None:
    wallet = wallet_with("100")
    charge(wallet, "130.50")
    [said] = told("wallet.debt")
    assert (said["amount"], said["owed"], said["balance"], said["about"]) == ("30.50", "30.50", "0.00", "session:1")
    charge(wallet, "10", "session:2")
    assert [said["owed"] for said in told("wallet.debt")] == ["30.50", "40.50"]


def test_a_wallet_that_gets_low_is_told_of_once_each_time(settings: Settings) -> None:
    settings.LOW_BALANCE = {"KGS": Decimal(100), "*": Decimal(1)}
    wallet = wallet_with("250")
    for number, amount in enumerate(["150", "0.01", "20"]):
        charge(wallet, amount, f"session:{number}")
    [said] = told("wallet.low")
    assert (said["balance"], said["least"], said["wallet_id"]) == ("99.99", "100.00", str(wallet.public_id))
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(100), reference="again", at=NOON)
    charge(wallet, "100", "session:9")
    assert [said["balance"] for said in told("wallet.low")] == ["99.99", "79.99"]


def test_credit_counts_as_money_for_a_company() -> None:
    company = Company.objects.create(name="Ala-Too Taxi")
    wallet = ledger.wallet_of(company=company, currency="KGS")
    ledger.set_credit_limit(wallet=wallet, limit=Decimal(1000), at=NOON)
    charge(wallet, "900")
    charge(wallet, "50", "session:2")
    event = Event.objects.get()
    assert (event.kind, event.driver, event.company) == ("wallet.low", None, company.public_id)
    assert event.payload["balance"] == "-950.00"


def test_a_receipt_and_its_correction() -> None:
    wallet, given = wallet_with("2000"), terms(rule("per_kwh", "15"))
    for energy in (10_000, 12_000, 12_000):
        bill = price(given, straight(NOON, 40, energy))
        give_receipt(wallet=wallet, subject="session:1", about="", price=bill, terms=given, at=NOON)
    said = told("receipt.made")
    assert [(one["type"], one["total"], one["about"]) for one in said] == [
        ("sale", "150.00", "session:1"), ("correction", "30.00", "session:1"),
    ]  # fmt: skip
    first = Receipt.objects.earliest("id")
    assert (said[0]["receipt_id"], said[0]["number"]) == (str(first.public_id), first.full_number)
    give_receipt(wallet=None, subject="session:2", about="", price=bill, terms=given, at=NOON)
    assert len(told("receipt.made")) == 2


def test_other_currencies_have_their_own_decimals() -> None:
    charge(wallet_with("0", currency="JPY"), "500")
    assert [said["owed"] for said in told("wallet.debt")] == ["500"]


def test_what_did_not_happen_is_not_told() -> None:
    wallet = wallet_with("0")
    with transaction.atomic():
        charge(wallet, "10")
        transaction.set_rollback(True)
    assert kinds() == []


def test_money_that_is_given_back_says_so_and_of_which_charge() -> None:
    wallet, given = wallet_with("100"), terms(rule("per_kwh", "15"))
    bill = price(given, straight(NOON, 40, 10_000))
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=bill.net, tax=bill.tax, at=NOON)
    give_receipt(wallet=wallet, subject="session:1", about="KG-1, connector 2", price=bill, terms=given, at=NOON)
    sale = Receipt.objects.get()
    asked: dict[str, Any] = {"asked_by": "staff:1", "at": NOON, "reason": "r"}
    charge_, debt = Transfer.objects.get(kind="capture"), Debt.objects.get()
    adjustments.ask_to_forgive(debt=debt, amount=Decimal(20), **asked)
    adjustments.ask_refund(transfer=charge_, amount=Decimal(40), **asked)
    first, *others = told("receipt.made")
    assert "by_hand" not in first
    names = ("by_hand", "forgiven", "given_back", "costs_now", "charge")
    assert [tuple(one.get(name) for name in names) for one in others] == [
        ("forgiven", "20.00", None, "130.00", "KG-1, connector 2"),
        ("given_back", None, "40.00", "90.00", "KG-1, connector 2"),
    ]
    assert others[0]["corrects"] == sale.full_number
