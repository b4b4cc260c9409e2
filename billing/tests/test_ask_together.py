"""Small amounts that come to a large one are looked at as the large one that they are."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from accounts.models import Company
from billing import adjustments, ledger
from billing.models import Adjustment, Debt, Receipt, Transfer, Wallet
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, figures, rule, straight, terms, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"reason": "a broken plug", "asked_by": "staff:1"}


def ask(wallet: Wallet, amount: str, asked_by: str = "staff:1", hours: int = 0) -> str:
    return adjustments.ask_adjustment(
        wallet=wallet, amount=Decimal(amount), reason="x", asked_by=asked_by, at=NOON + timedelta(hours=hours)
    ).state


def charge_of(wallet: Wallet, subject: str = "session:1") -> Transfer:
    """700.00."""
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=Decimal(700), tax=Decimal(0), at=NOON)
    return Transfer.objects.get(kind="capture", subject=subject)


def refund(charge: Transfer, amount: str, asked_by: str) -> str:
    return adjustments.ask_refund(transfer=charge, amount=Decimal(amount), reason="x", asked_by=asked_by, at=NOON).state


@pytest.fixture
def fleet() -> Wallet:
    return ledger.wallet_of(company=Company.objects.create(name="Ala-Too Taxi"), currency="KGS")


def test_it_sums_what_one_person_moves_in_all_wallets() -> None:
    wallet, other = wallet_with("0"), wallet_with("0")
    assert (ask(wallet, "600"), ask(other, "300"), ask(wallet, "-99.99")) == ("booked", "booked", "booked")
    assert (ask(wallet, "0.01"), ask(other, "0.01"), ask(other, "0.01", "driver:1")) == ("asked", "asked", "asked")
    assert ask(wallet, "600", "staff:2") == "booked"


def test_it_sums_a_day() -> None:
    wallet = wallet_with("0")
    assert (ask(wallet, "999"), ask(wallet, "1", hours=23), ask(wallet, "999", hours=24)) == (
        "booked",
        "asked",
        "booked",
    )


def test_it_sums_what_anybody_gives_back_of_one_charge(settings: Settings) -> None:
    settings.APPROVAL_FROM = 500
    wallet = wallet_with("2000")
    charge = charge_of(wallet)
    assert refund(charge, "300", "staff:1") == "booked"
    assert refund(charge, "200", "staff:2") == "asked"
    assert refund(charge_of(wallet, "session:2"), "200", "staff:2") == "booked"


def test_it_sums_kinds_together(fleet: Wallet) -> None:
    first = adjustments.ask_bank_transfer(
        wallet=fleet, amount=Decimal(600), bank_reference="PP-1", asked_by="staff:1", at=NOON
    )
    second = adjustments.ask_credit_limit(wallet=fleet, limit=Decimal(400), at=NOON, **BY)
    assert (first.state, second.state, figures(fleet)[0]) == ("booked", "asked", "600.00")


def test_it_books_what_was_asked_for_with_one_key_once() -> None:
    wallet, key = wallet_with("0"), uuid4()
    one, two = (adjustments.ask_adjustment(wallet=wallet, amount=Decimal(5), key=key, at=NOON, **BY) for _ in range(2))
    assert (one, one.public_id, figures(wallet)[0]) == (two, key, "5.00")
    with pytest.raises(Refusal, match="something else"):
        adjustments.ask_adjustment(wallet=wallet_with("0"), amount=Decimal(5), key=key, at=NOON, **BY)
    with pytest.raises(Refusal, match="something else"):
        adjustments.ask_adjustment(wallet=wallet, amount=Decimal(6), key=key, at=NOON, **BY)


def test_a_waiting_bank_transfer_is_entered_once_until_it_is_refused(fleet: Wallet) -> None:
    def enter() -> Adjustment:
        return adjustments.ask_bank_transfer(
            wallet=fleet, amount=Decimal(5000), bank_reference="PP-1", asked_by="staff:1", at=NOON
        )

    waiting = enter()
    with pytest.raises(Refusal) as no:
        enter()
    assert (no.value.code, waiting.state) == ("already_credited", "asked")
    adjustments.refuse(adjustment=waiting, decided_by="staff:2", at=NOON)
    adjustments.approve(adjustment=enter(), decided_by="staff:2", at=NOON)
    assert figures(fleet)[0] == "5000.00"
    assert Transfer.objects.get().made_by == "staff:1"
    assert ledger.check_books() == []


def test_a_change_of_the_credit_limit_sets_what_was_asked_for_wherever_it_stands_then(fleet: Wallet) -> None:
    more = adjustments.ask_credit_limit(wallet=fleet, limit=Decimal(5000), at=NOON, **BY)
    ledger.set_credit_limit(wallet=fleet, limit=Decimal(100), at=NOON)
    done = adjustments.approve(adjustment=more, decided_by="staff:2", at=NOON)
    fleet.refresh_from_db()
    assert (done.transfer, done.amount, fleet.credit_limit) == (None, 5000, 5000)
    with pytest.raises(Refusal):
        adjustments.ask_credit_limit(wallet=fleet, limit=Decimal(5000), at=NOON, **BY)


def test_two_who_ask_for_the_same_credit_limit_do_not_add_up(fleet: Wallet) -> None:
    """Each has the wallet as it was before the other asked."""
    both = [adjustments.ask_credit_limit(wallet=fleet, limit=Decimal(5000), at=NOON, **BY) for _ in range(2)]
    for one in both:
        adjustments.approve(adjustment=one, decided_by="staff:2", at=NOON)
    fleet.refresh_from_db()
    assert fleet.credit_limit == 5000


def test_it_counts_how_far_a_limit_moves_from_where_it_stands(fleet: Wallet) -> None:
    before = Wallet.objects.get(pk=fleet.pk)
    ledger.set_credit_limit(wallet=fleet, limit=Decimal(4900), at=NOON)
    key = uuid4()
    once, again = (
        adjustments.ask_credit_limit(wallet=before, limit=Decimal(5000), at=NOON, key=key, **BY) for _ in range(2)
    )
    assert (once.amount, once.state, again) == (100, "booked", once)
    with pytest.raises(Refusal, match="something else"):
        adjustments.ask_credit_limit(wallet=before, limit=Decimal(5001), at=NOON, key=key, **BY)


def test_forgiving_corrects_the_receipt() -> None:
    wallet = wallet_with("0")
    given = terms(rule("per_kwh", "15"), tax_percent=Decimal(12))
    bill = price(given, straight(NOON, 40, 25_500))  # 382.50
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=bill.net, tax=bill.tax, at=NOON)
    give_receipt(wallet=wallet, subject="session:1", about="", price=bill, terms=given, at=NOON)
    debt = Debt.objects.get()
    made = adjustments.ask_to_forgive(debt=debt, amount=Decimal("82.50"), at=NOON, **BY)
    receipt = Receipt.objects.get(kind="correction")
    assert (made.state, receipt.gross, receipt.tax, receipt.subject_gross) == (
        "booked",
        Decimal("-82.50"),
        Decimal("-8.84"),
        300,
    )
    with pytest.raises(Refusal, match="more than is left"):
        adjustments.ask_to_forgive(debt=debt, amount=Decimal("300.01"), at=NOON, **BY)
    assert figures(wallet) == ("0.00", "0.00", "300.00")
    assert ledger.check_books() == []
