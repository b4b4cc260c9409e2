"""What the bank does with an invoice; its row is locked, so that two hands never do it at once."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing.payments.bank.callbacks import call_back_after_commit
from billing.payments.bank.models import SandboxInvoice, SandboxMovement
from drivepower.core.money import exponent

State = SandboxInvoice.State
Kind = SandboxMovement.Kind


class BankRefuses(Exception):
    """What the bank does not do, in a sentence."""


def standing(invoice: SandboxInvoice, *, at: datetime) -> State:
    """Its state; an open one ends by itself."""
    over = invoice.state == State.OPEN and at >= invoice.expires_at
    return State.EXPIRED if over else State(invoice.state)


def returned(invoice: SandboxInvoice) -> Decimal:
    """How much of its payment went back to the payer."""
    back = invoice.movements.filter(kind__in=[Kind.REFUND, Kind.REVERSAL]).aggregate(total=Sum("amount"))
    return back["total"] or Decimal(0)


@contextmanager
def at_hand(invoice_id: int) -> Iterator[SandboxInvoice]:
    """The invoice, locked until the transaction ends."""
    with transaction.atomic():
        yield SandboxInvoice.objects.select_for_update(no_key=True).get(pk=invoice_id)


def new_name(prefix: str) -> str:
    """A name that nothing else at this bank has."""
    return f"{prefix}-{uuid.uuid4().hex[:16].upper()}"


def decide(invoice_id: int, state: State, *, at: datetime) -> None:
    """Pay an open invoice, decline it, or let its time run out; the shop is told."""
    with at_hand(invoice_id) as invoice:
        if standing(invoice, at=at) != State.OPEN:
            raise BankRefuses("the invoice is not open")
        settle(invoice, state, at=at)


def pay_late(invoice_id: int, *, at: datetime) -> None:
    """Pay an invoice that was declined or whose time is over, as payers do."""
    with at_hand(invoice_id) as invoice:
        if standing(invoice, at=at) not in (State.DECLINED, State.EXPIRED):
            raise BankRefuses("the invoice is open or paid")
        settle(invoice, State.PAID, at=at)


def settle(invoice: SandboxInvoice, state: State, *, at: datetime) -> None:
    """Write what became of it."""
    invoice.state, invoice.decided_at = state, at
    invoice.transaction = new_name("SB") if state == State.PAID else ""
    invoice.save(update_fields=["state", "decided_at", "transaction"])
    call_back_after_commit(invoice)


def pay_again(invoice_id: int, *, at: datetime) -> None:
    """Take the same amount for the same invoice once more: a second transaction."""
    with at_hand(invoice_id) as invoice:
        if invoice.state != State.PAID:
            raise BankRefuses("the invoice is not paid")
        name = new_name("SB")
        invoice.movements.create(kind=Kind.AGAIN, amount=invoice.amount, name=name, made_at=at)
        call_back_after_commit(invoice, transaction_name=name)


def pay_twice(invoice_id: int, *, at: datetime) -> None:
    """Pay an open invoice with two transactions."""
    with transaction.atomic():
        decide(invoice_id, State.PAID, at=at)
        pay_again(invoice_id, at=at)


def reverse(invoice_id: int, *, parts: int, at: datetime) -> None:
    """Take a payment back for the payer's own bank: what is left of it, or one part of so many."""
    with at_hand(invoice_id) as invoice:
        left = invoice.amount - returned(invoice)
        if invoice.state != State.PAID or not left:
            raise BankRefuses("nothing is left to take back")
        amount = round(left / parts, exponent(invoice.currency)) or left
        invoice.movements.create(kind=Kind.REVERSAL, amount=amount, name=new_name("CB"), made_at=at)
        call_back_after_commit(invoice)


def refund(invoice_id: int, *, amount: Decimal, key: str, at: datetime) -> SandboxMovement:
    """Send a part or all of a payment back for the shop; the same key is the same refund."""
    with at_hand(invoice_id) as invoice:
        if before := invoice.movements.filter(key=key).first():
            if before.amount != amount:
                raise BankRefuses("the key was used for another amount")
            return before
        if invoice.state != State.PAID or amount > invoice.amount - returned(invoice):
            raise BankRefuses("more than is left of the payment")
        made = invoice.movements.create(kind=Kind.REFUND, amount=amount, key=key, name=new_name("RF"), made_at=at)
        call_back_after_commit(invoice)
        return made
