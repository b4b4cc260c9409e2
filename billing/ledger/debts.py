"""Debts are paid by whatever becomes free in their wallet: money that comes in, holds that end, more credit."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from billing.ledger.moves import move
from billing.ledger.wallets import system_wallet
from billing.models import Debt, Transfer, Wallet
from drivepower.core.money import plain


def pay_debts(wallet_id: int, *, at: datetime) -> None:
    """Pay what the (locked) wallet owes, oldest first, as far as it can pay at all.

    A debt begins where the credit of a wallet ends, so room in its credit pays it, too.
    """
    wallet = Wallet.objects.get(pk=wallet_id)
    free = wallet.spendable if wallet.owed else Decimal(0)
    if free <= 0:
        return
    paid = Decimal(0)
    for debt in Debt.objects.filter(wallet=wallet, paid__lt=F("amount")).order_by("made_at", "id"):
        part = min(debt.amount - debt.paid, free - paid)
        if part <= 0:
            break
        repay(debt, part, wallet, at)
        paid += part
    Wallet.objects.filter(pk=wallet_id).update(balance=F("balance") - paid, owed=F("owed") - paid)


def pay_debts_of(locked: Iterable[Wallet], *, at: datetime) -> None:
    """The same in each of these that owed something when it was locked; the others cost no statement."""
    for wallet in locked:
        if wallet.owed:
            pay_debts(wallet.pk, at=at)


def repay(debt: Debt, part: Decimal, wallet: Wallet, at: datetime) -> None:
    """Book a part of a debt as paid; what was paid before only grows, and so makes the name of each part its own."""
    move(
        source=wallet,
        target=system_wallet(Wallet.System.RECEIVABLE, wallet.currency),
        amount=part,
        kind=Transfer.Kind.REPAYMENT,
        subject=debt.subject,
        reference=f"{debt.reference}:after:{plain(debt.paid, wallet.currency)}",
        at=at,
    )
    Debt.objects.filter(pk=debt.pk).update(paid=F("paid") + part)
