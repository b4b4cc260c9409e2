"""Money that comes into a wallet, or is put right in it: top-ups and adjustments, and the debts that it pays."""

from datetime import datetime
from decimal import Decimal

from django.db.models import F

from billing.ledger.moves import move
from billing.ledger.wallets import check_positive, lock, once, system_wallet
from billing.models import Debt, Transfer, Wallet
from drivepower.core.refusals import Refusal


def top_up(*, wallet: Wallet, provider: str, amount: Decimal, reference: str, at: datetime) -> Transfer:
    """Credit what a provider received, then pay debts; refuses already_credited for a reference used before."""
    check_positive(amount, wallet.currency)
    with once("already_credited", f"{reference} was credited before."):
        lock([wallet.pk])
        made = move(
            source=system_wallet(f"clearing:{provider}", wallet.currency),
            target=wallet,
            amount=amount,
            kind=Transfer.Kind.TOP_UP,
            subject=reference,
            reference=reference,
            at=at,
        )
        credit(made)
    return made


def credit(made: Transfer) -> None:
    """Add what a transfer brought to its (locked) wallet, then pay debts, oldest first, as far as it can pay at all.

    A debt begins where the credit of a wallet ends, so room in its credit pays it, too.
    """
    wallet = Wallet.objects.filter(pk=made.target_id)
    wallet.update(balance=F("balance") + made.amount)
    owner = wallet.get()
    free = owner.spendable
    for debt in Debt.objects.filter(wallet=owner, paid__lt=F("amount")).order_by("made_at", "id"):
        part = min(debt.amount - debt.paid, free)
        if part <= 0:
            return
        repay(debt, part, made)
        wallet.update(balance=F("balance") - part, owed=F("owed") - part)
        free -= part


def repay(debt: Debt, part: Decimal, out_of: Transfer) -> None:
    """Book a part of a debt as paid out of money that has just come in."""
    move(
        source=out_of.target,
        target=system_wallet(Wallet.System.RECEIVABLE, out_of.target.currency),
        amount=part,
        kind=Transfer.Kind.REPAYMENT,
        subject=debt.subject,
        reference=f"{debt.reference}:by:{out_of.pk}",
        at=out_of.made_at,
    )
    Debt.objects.filter(pk=debt.pk).update(paid=F("paid") + part)


def adjust(*, wallet: Wallet, amount: Decimal, reference: str, made_by: str, reason: str, at: datetime) -> Transfer:
    """Put a balance right by hand: give (amount > 0, then debts are paid) or take (amount < 0) what is not held.

    Refuses insufficient_balance, and already_adjusted for a reference used before.
    """
    check_positive(abs(amount), wallet.currency)
    with once("already_adjusted", f"{reference} was booked before."):
        owner = lock([wallet.pk])[wallet.pk]
        if amount < 0 and owner.available < -amount:
            raise Refusal("insufficient_balance", "There is not enough money in the wallet.")
        house = system_wallet(Wallet.System.ADJUSTMENTS, wallet.currency)
        made = move(
            source=house if amount > 0 else wallet,
            target=wallet if amount > 0 else house,
            amount=abs(amount),
            kind=Transfer.Kind.ADJUSTMENT,
            subject=reference,
            reference=reference,
            made_by=made_by,
            reason=reason,
            at=at,
        )
        if amount > 0:
            credit(made)
        else:
            Wallet.objects.filter(pk=wallet.pk).update(balance=F("balance") + amount)
    return made
