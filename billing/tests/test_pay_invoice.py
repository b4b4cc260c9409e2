from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import ledger
from billing.invoices import pay_invoice, watch_invoices
from billing.invoices.paying import suggestions
from billing.invoices.states import State, are, state_of
from billing.models import Invoice, InvoicePayment, Transfer
from billing.tests.making import give
from billing.tests.months import APRIL, APRIL_BEGINS, BY, MAY_BEGINS, TENTH, bank, charge, correct, invoiced
from billing.tests.test_make_statements import fleet
from billing.tests.threads import at_once
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
DUE = date(2026, 4, 15)


@pytest.fixture
def invoice() -> Invoice:
    """600.00, due on 15 April."""
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    return invoiced(wallet)


def pay(invoice: Invoice, transfer: Transfer, amount: str) -> InvoicePayment:
    return pay_invoice(invoice=invoice, transfer=transfer, amount=Decimal(amount), by=BY, at=APRIL_BEGINS)


def refusal(invoice: Invoice, transfer: Transfer, amount: str) -> str:
    with pytest.raises(Refusal) as refused:
        pay(invoice, transfer, amount)
    return refused.value.code


def test_it_pays_in_parts(invoice: Invoice) -> None:
    states = [state_of(invoice, DUE)]
    for amount in ("200", "400"):
        pay(invoice, bank(invoice.wallet, amount, f"B-{amount}"), amount)
        invoice.refresh_from_db()
        states.append(state_of(invoice, DUE))
    assert states == [State.OPEN, State.PART_PAID, State.PAID]
    assert invoice.paid == sum(payment.amount for payment in invoice.payments.all()) == 600
    assert ledger.check_books() == []


def test_it_pays_two_invoices_with_one_transfer(invoice: Invoice) -> None:
    charge(invoice.wallet, 10_000, "session:2", APRIL_BEGINS)
    april = invoiced(invoice.wallet, APRIL, MAY_BEGINS)
    transfer = bank(invoice.wallet, "700", "B-1")
    pay(invoice, transfer, "600")
    assert refusal(april, transfer, "100.01") == "payment_exceeds_transfer"
    pay(april, transfer, "100")
    april.refresh_from_db()
    assert (april.paid, state_of(april, DUE)) == (100, State.PART_PAID)


def test_it_refuses_more_than_there_is(invoice: Invoice) -> None:
    small, large = bank(invoice.wallet, "100", "B-1"), bank(invoice.wallet, "900", "B-2")
    assert refusal(invoice, small, "100.01") == "payment_exceeds_transfer"
    assert refusal(invoice, large, "600.01") == "payment_exceeds_invoice"
    assert refusal(invoice, large, "0") == refusal(invoice, large, "-1") == "invalid_parameters"
    pay(invoice, small, "50")
    assert refusal(invoice, small, "50") == "already_paid"
    invoice.refresh_from_db()
    assert invoice.paid == 50


def test_it_takes_nothing_but_bank_transfers_of_that_wallet(invoice: Invoice) -> None:
    others = bank(fleet(), "600", "B-1")
    card = give(invoice.wallet, "600")
    charged = Transfer.objects.filter(kind=Transfer.Kind.CAPTURE).get()
    assert {refusal(invoice, one, "10") for one in (others, card, charged)} == {"not_a_bank_transfer"}


def test_it_does_not_pay_a_credit_note(invoice: Invoice) -> None:
    correct(invoice.wallet, 20_000, "session:1", APRIL_BEGINS)
    note = invoiced(invoice.wallet, APRIL, MAY_BEGINS)
    assert (note.gross, state_of(note, DUE)) == (-300, State.CREDIT_NOTE)
    assert refusal(note, bank(invoice.wallet, "300", "B-1"), "1") == "payment_exceeds_invoice"


def test_it_suggests_what_names_the_invoice_then_what_is_as_much(invoice: Invoice) -> None:
    transfers = [bank(invoice.wallet, *said) for said in [("10", "A"), ("600", "B"), ("20", "dp inv 2026/000001")]]
    found = suggestions(invoice)
    assert [one.transfer for one in found] == [transfers[2], transfers[1], transfers[0]]
    assert [(one.names_it, one.is_as_much) for one in found] == [(True, False), (False, True), (False, False)]
    pay(invoice, transfers[0], "4")
    assert transfers[0] not in [one.transfer for one in suggestions(invoice)]


def test_it_tells_of_what_is_overdue_until_it_is_paid(invoice: Invoice) -> None:
    due = APRIL_BEGINS + timedelta(days=15)  # the 16th begins
    assert watch_invoices(at=due - timedelta(seconds=1)) == 0
    assert [watch_invoices(at=due), watch_invoices(at=due)] == [1, 0]
    alert = Alert.objects.open().get(kind="invoice_overdue")
    assert alert.subject == "invoice:DP-INV-2026-000001"
    assert "has not paid 600.00 KGS of invoice DP-INV-2026-000001, which was due on 2026-04-15." in alert.text
    pay(invoice, bank(invoice.wallet, "600", "B-1"), "600")
    watch_invoices(at=due)
    assert not Alert.objects.open().filter(kind="invoice_overdue").exists()


def test_every_invoice_is_in_the_one_list_of_its_state(invoice: Invoice) -> None:
    for day in (DUE, DUE + timedelta(days=1)):
        for amount in ("0.01", "599.99"):
            states = [state for state in State if Invoice.objects.filter(are(state, day)).exists()]
            assert states == [state_of(Invoice.objects.get(), day)]
            if Invoice.objects.get().paid < 600 and day == DUE:
                pay(invoice, bank(invoice.wallet, amount, f"B-{amount}"), amount)


def test_it_is_written_once(invoice: Invoice) -> None:
    pay(invoice, bank(invoice.wallet, "600", "B-1"), "600")
    for wrong in (
        partial(InvoicePayment.objects.update, amount=1),
        partial(Invoice.objects.update, paid=1),
        InvoicePayment.objects.all().delete,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            wrong()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_pay_more_than_there_is() -> None:
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    invoice = invoiced(wallet)
    first, second = bank(wallet, "500", "B-1"), bank(wallet, "500", "B-2")
    said = at_once(*[partial(pay, invoice, transfer, "400") for transfer in (first, second)])
    assert sorted(str(one) for one in said)[1] == "payment_exceeds_invoice"
    invoice.refresh_from_db()
    assert (invoice.paid, InvoicePayment.objects.count()) == (400, 1)


WANTED = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 70_000)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=WANTED)
def test_whatever_is_asked_for_sums_hold(wanted: Sequence[tuple[int, int, int]]) -> None:
    with transaction.atomic():
        wallet = fleet("50000")
        transfers = [bank(wallet, amount, f"B-{amount}") for amount in ("100", "333.33", "650.01")]
        months = [(TENTH, APRIL_BEGINS), (APRIL_BEGINS, MAY_BEGINS)]
        invoices = []
        for number, (at, until) in enumerate(months):
            charge(wallet, 20_000 * (number + 1), f"session:{number}", at)
            invoices.append(invoiced(wallet, date(2026, 3 + number, 1), until))
        for which, from_, cents in wanted:
            with suppress(Refusal):
                pay(invoices[which % 2], transfers[from_], f"{Decimal(cents) / 100}")
        for invoice in Invoice.objects.filter(wallet=wallet):
            assert sum(one.amount for one in invoice.payments.all()) == invoice.paid <= invoice.gross
        for transfer in transfers:
            assert sum(one.amount for one in transfer.invoices_paid.all()) <= transfer.amount
        transaction.set_rollback(True)
