"""Money that comes into a wallet, or is put right in it: top-ups, refunds, adjustments."""

from datetime import datetime
from decimal import Decimal

from django.db.models import F, Sum

from billing.ledger.wallets import ZERO, check_positive, lock, move, once, system_wallet
from billing.models import Debt, Transfer, Wallet
from billing.pricing import rounded
from drivepower.core.money import plain
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
    """Add what a transfer brought to its (locked) wallet, then pay debts, oldest first, as far as money is free."""
    wallet = Wallet.objects.filter(pk=made.target_id)
    wallet.update(balance=F("balance") + made.amount)
    owner = wallet.get()
    free = owner.available
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


def refund(*, transfer: Transfer, amount: Decimal, reference: str, made_by: str, reason: str, at: datetime) -> Transfer:
    """Give back a part or all of what was paid for a charge, its share of the tax included, then pay debts.

    Refuses not_refundable, refund_exceeds_charge, and already_refunded for a reference used before.
    """
    wallet = transfer.source
    check_positive(amount, wallet.currency)
    if transfer.kind != Transfer.Kind.CAPTURE:
        raise Refusal("not_refundable", "Only a charge can be refunded.")
    with once("already_refunded", f"{reference} was refunded before."):
        lock([wallet.pk])
        before = transfer.reversals.aggregate(total=Sum("amount"))["total"] or ZERO
        if before + amount > transfer.amount:
            left = plain(transfer.amount - before, wallet.currency)
            raise Refusal("refund_exceeds_charge", "That is more than is left of the charge.", {"left": left})
        made = move(
            source=transfer.target,
            target=wallet,
            amount=amount,
            kind=Transfer.Kind.REFUND,
            subject=transfer.subject,
            reference=reference,
            reverses=transfer,
            made_by=made_by,
            reason=reason,
            at=at,
        )
        return_tax(transfer, made, before=before)
        credit(made)
    return made


def return_tax(charged: Transfer, made: Transfer, *, before: Decimal) -> None:
    """Take a refund's share of the tax back out of the tax account; several parts sum to what one would be."""
    booked = charged.reference.removesuffix("charge")
    parts = dict(Transfer.objects.filter(reference__in=[f"{booked}debt", f"{booked}tax"]).values_list("kind", "amount"))
    tax, whole = parts.get("tax", ZERO), charged.amount + parts.get("debt", ZERO)
    currency = made.target.currency
    share = rounded(tax * (before + made.amount) / whole, currency) - rounded(tax * before / whole, currency)
    if share:
        move(
            source=system_wallet(Wallet.System.TAX, currency),
            target=made.source,
            amount=share,
            kind=Transfer.Kind.TAX,
            subject=made.subject,
            reference=f"{made.reference}:tax",
            at=made.made_at,
        )


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
