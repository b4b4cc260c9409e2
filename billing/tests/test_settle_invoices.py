from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing import ledger
from billing.invoices import make_invoices, pay_invoice, settle_invoices, take_back_payment, watch_invoices
from billing.invoices.paying import suggestions
from billing.models import Invoice, InvoicePayment, Wallet
from billing.statements import make_statements
from billing.tests.making import give
from billing.tests.months import APRIL, APRIL_BEGINS, BY, MAY_BEGINS, TENTH, bank, charge, correct, invoiced
from billing.tests.test_make_statements import fleet
from billing.tests.threads import at_once
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
OVERDUE = APRIL_BEGINS + timedelta(days=15)


@pytest.fixture
def wallet() -> Wallet:
    """A company that owes an invoice of 600.00, due on 15 April."""
    wallet = fleet("9000")
    charge(wallet, 40_000, "session:1", TENTH)
    invoiced(wallet)
    return wallet


def paid() -> list[Any]:
    return [one.paid for one in Invoice.objects.order_by("pk")]


def settle(wallet: Wallet) -> list[tuple[str, Any]]:
    made = settle_invoices(wallet=wallet, by=BY, at=APRIL_BEGINS)
    return [(one.transfer.reference if one.transfer else "", one.amount) for one in made]


def late() -> int:
    watch_invoices(at=OVERDUE)
    return Alert.objects.open().filter(kind="invoice_overdue").count()


def refusal_of(take: Callable[..., object], payment: InvoicePayment, reason: str) -> str:
    with pytest.raises(Refusal) as refused:
        take(payment=payment, reason=reason)
    return refused.value.code


def test_what_came_by_card_settles_an_invoice(wallet: Wallet) -> None:
    assert (settle(wallet), paid()) == ([], [0])
    give(wallet, "250", at=APRIL_BEGINS)
    assert (settle(wallet), paid()) == ([("", 250)], [250])
    give(wallet, "1000", at=APRIL_BEGINS)
    assert (settle(wallet), settle(wallet), paid()) == ([("", 350)], [], [600])
    assert ledger.check_books() == []


def test_a_credit_note_settles_what_it_corrects(wallet: Wallet) -> None:
    correct(wallet, 20_000, "session:1", APRIL_BEGINS)
    invoiced(wallet, APRIL, MAY_BEGINS)
    assert (settle(wallet), paid()) == ([("", 300)], [300, 0])


def test_money_pays_what_is_older_before_the_charges_of_this_month(wallet: Wallet) -> None:
    charge(wallet, 10_000, "session:2", APRIL_BEGINS)
    give(wallet, "600", at=APRIL_BEGINS)
    assert (settle(wallet), paid()) == ([("", 600)], [600])


def test_it_settles_the_oldest_first(wallet: Wallet) -> None:
    charge(wallet, 40_000, "session:2", APRIL_BEGINS)
    invoiced(wallet, APRIL, MAY_BEGINS)
    give(wallet, "700", at=MAY_BEGINS)
    settle(wallet)
    assert paid() == [600, 100]


def test_money_that_came_by_bank_is_taken_first_and_not_twice(wallet: Wallet) -> None:
    transfer = bank(wallet, "400", "B-1")
    give(wallet, "200", at=APRIL_BEGINS)
    assert settle(wallet) == [("bank:B-1", 400), ("", 200)]
    charge(wallet, 40_000, "session:2", APRIL_BEGINS)
    april = invoiced(wallet, APRIL, MAY_BEGINS)
    with pytest.raises(Refusal) as refused:
        pay_invoice(invoice=april, transfer=transfer, amount=Decimal(1), by=BY, at=MAY_BEGINS)
    assert refused.value.code == "payment_exceeds_transfer"


def test_nobody_is_alerted_of_what_the_wallet_does_not_owe(wallet: Wallet) -> None:
    assert late() == 1
    give(wallet, "599.99", at=APRIL_BEGINS)
    assert (late(), paid()) == (1, [Decimal("599.99")])
    give(wallet, "0.01", at=APRIL_BEGINS)
    assert (late(), paid()) == (0, [600])
    assert set(InvoicePayment.objects.values_list("made_by", flat=True)) == {"rule:invoices"}


def test_the_rule_leaves_time_for_a_person_to_set_payments(wallet: Wallet) -> None:
    bank(wallet, "600", "B-1")
    watch_invoices(at=OVERDUE - timedelta(seconds=1))
    assert paid() == [0]


def test_a_payment_is_taken_back_with_a_reason_and_set_again(wallet: Wallet) -> None:
    invoice, transfer = Invoice.objects.get(), bank(wallet, "600", "B-1")
    for amount in ("100", "60", "600"):
        wrong = pay_invoice(invoice=invoice, transfer=transfer, amount=Decimal(amount), by=BY, at=APRIL_BEGINS)
        assert suggestions(invoice) == []
        back = take_back_payment(payment=wrong, reason="A typo.", by="staff:2", at=APRIL_BEGINS)
        assert (back.amount, back.undoes, back.transfer, back.reason) == (-wrong.amount, wrong, transfer, "A typo.")
        [found] = suggestions(invoice)
        assert (found.transfer, str(found.left)) == (transfer, "600.000")
        assert paid() == [0]
    pay_invoice(invoice=invoice, transfer=transfer, amount=Decimal(600), by=BY, at=APRIL_BEGINS)
    assert (paid(), InvoicePayment.objects.count()) == ([600], 7)


def test_a_payment_is_taken_back_once(wallet: Wallet) -> None:
    give(wallet, "600", at=APRIL_BEGINS)
    [payment] = settle_invoices(wallet=wallet, by=BY, at=APRIL_BEGINS)
    take = partial(take_back_payment, by=BY, at=APRIL_BEGINS)
    back = take(payment=payment, reason="Why.") if refusal_of(take, payment, " ") == "reason_missing" else payment
    assert [refusal_of(take, one, "Why.") for one in (payment, back)] == ["already_taken_back", "not_a_payment"]
    assert paid() == [0]


def test_what_is_paid_falls_only_with_a_row_that_says_so(wallet: Wallet) -> None:
    give(wallet, "600", at=APRIL_BEGINS)
    settle(wallet)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Invoice.objects.update(paid=1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_settle_it_once() -> None:
    wallet = fleet("9000")
    charge(wallet, 40_000, "session:1", TENTH)
    invoiced(wallet)
    give(wallet, "600", at=APRIL_BEGINS)
    at_once(*[partial(settle_invoices, wallet=wallet, by=BY, at=APRIL_BEGINS)] * 3)
    assert (paid(), InvoicePayment.objects.count()) == ([600], 1)


def test_months_that_were_missed_before_the_first_invoice_are_invoiced() -> None:
    wallet = fleet("9000")
    charge(wallet, 40_000, "session:1", TENTH)
    charge(wallet, 10_000, "session:2", APRIL_BEGINS + timedelta(days=9))
    make_statements(month=APRIL, at=MAY_BEGINS)
    assert [make_invoices(month=APRIL, at=MAY_BEGINS) for _again in range(2)] == [2, 0]
    assert [(one.month.month, one.gross) for one in Invoice.objects.order_by("pk")] == [(3, 600), (4, 150)]


def test_months_that_were_paid_beforehand_stay_without_an_invoice() -> None:
    wallet = fleet("0")
    give(wallet, "600", at=TENTH)
    charge(wallet, 40_000, "session:1", TENTH)
    charge(wallet, 10_000, "session:2", APRIL_BEGINS + timedelta(days=9))
    make_statements(month=APRIL, at=MAY_BEGINS)
    make_invoices(month=APRIL, at=MAY_BEGINS)
    assert [one.month.month for one in Invoice.objects.all()] == [4]


@pytest.mark.parametrize("again", ["pp 1", "PP1", " Pp-1.", "pp/1"])
def test_one_bank_transfer_is_entered_once_however_it_is_written(again: str) -> None:
    wallet = fleet("9000")
    bank(wallet, "10", "PP-1")
    with pytest.raises(Refusal) as refused:
        bank(wallet, "10", again)
    assert refused.value.code == "already_credited"
    bank(wallet, "10", "PP-2")
    bank(wallet, "10", "—")
