"""Money that comes into a wallet, or is put right in it: top-ups and adjustments."""

from datetime import datetime
from decimal import Decimal

from django.db.models import F

from billing.ledger.debts import pay_debts
from billing.ledger.moves import move
from billing.ledger.wallets import check_positive, lock, once, system_wallet
from billing.models import Transfer, Wallet
from drivepower.core.refusals import Refusal


def top_up(
    *, wallet: Wallet, provider: str, amount: Decimal, reference: str, at: datetime, made_by: str = ""
) -> Transfer:
    """Credit what a provider received, then pay debts; refuses already_credited for a reference used before.

    `made_by` is who says that it was received, where no machine does.
    """
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
            made_by=made_by,
            at=at,
        )
        credit(made)
    return made


def credit(made: Transfer) -> None:
    """Add what a transfer brought to its (locked) wallet, then pay debts."""
    Wallet.objects.filter(pk=made.target_id).update(balance=F("balance") + made.amount)
    pay_debts(made.target_id, at=made.made_at)


def adjust(*, wallet: Wallet, amount: Decimal, reference: str, made_by: str, reason: str, at: datetime) -> Transfer:
    """Put a balance right by hand: give (amount > 0, then debts are paid) or take (amount < 0) what is not held.

    Refuses insufficient_balance, and already_adjusted for a reference used before.
    """
    check_positive(abs(amount), wallet.currency)
    with once("already_adjusted", f"{reference} was booked before."):
        owner = lock([wallet.pk])[wallet.pk]
        if amount < 0:
            take(owner, -amount)
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
    return made


def take(locked: Wallet, amount: Decimal) -> None:
    """Take from a locked wallet what is free; what a debt is waiting for is not. Refuses insufficient_balance."""
    if locked.available - locked.owed < amount:
        raise Refusal("insufficient_balance", "There is not enough money in the wallet.")
    Wallet.objects.filter(pk=locked.pk).update(balance=F("balance") - amount)
