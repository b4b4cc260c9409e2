"""Money between the house and the world outside of charging: fees and payments of providers, hosts, banks.

What we have at a bank is the clearing account of bank transfers, below 0 by what is there.
"""

from datetime import datetime
from decimal import Decimal

from billing.ledger.credits import credit, take
from billing.ledger.moves import move
from billing.ledger.wallets import check_positive, lock, once, system_wallet
from billing.models import Transfer, Wallet

Kind, System = Transfer.Kind, Wallet.System


def pay_out(*, wallet: Wallet, amount: Decimal, reference: str, made_by: str, reason: str, at: datetime) -> Transfer:
    """Take money out of a wallet that its owner gets by bank.

    Refuses insufficient_balance for more than is free beside holds and debts, and already_paid_out for a reference
    used before.
    """
    check_positive(amount, wallet.currency)
    with once("already_paid_out", f"{reference} was paid out before."):
        take(lock([wallet.pk])[wallet.pk], amount)
        return move(
            source=wallet,
            target=system_wallet(System.CLEARING_BANK, wallet.currency),
            amount=amount,
            kind=Kind.PAYOUT,
            subject=reference,
            reference=reference,
            made_by=made_by,
            reason=reason,
            at=at,
        )


def return_payout(*, transfer: Transfer, made_by: str, reason: str, at: datetime) -> Transfer:
    """Bring a payout that the bank sent back home to its wallet, then pay debts; refuses already_returned."""
    with once("already_returned", f"{transfer.reference} was returned before."):
        lock([transfer.source_id])
        made = move(
            source=transfer.target,
            target=transfer.source,
            amount=transfer.amount,
            kind=Kind.PAYOUT,
            subject=transfer.subject,
            reference=f"{transfer.reference}:returned",
            reverses=transfer,
            made_by=made_by,
            reason=reason,
            at=at,
        )
        credit(made)
    return made


def share(*, wallet: Wallet, amount: Decimal, reference: str, made_by: str, at: datetime) -> Transfer:
    """Give a host its share of a month (amount > 0, then debts are paid), or take back (amount < 0) what is free.

    Refuses insufficient_balance, and already_shared for a reference used before.
    """
    check_positive(abs(amount), wallet.currency)
    house = system_wallet(System.SHARES, wallet.currency)
    with once("already_shared", f"{reference} was booked before."):
        owner = lock([wallet.pk])[wallet.pk]
        if amount < 0:
            take(owner, -amount)
        made = move(
            source=house if amount > 0 else wallet,
            target=wallet if amount > 0 else house,
            amount=abs(amount),
            kind=Kind.SHARE,
            subject=reference,
            reference=reference,
            made_by=made_by,
            at=at,
        )
        if amount > 0:
            credit(made)
    return made


def take_commission(
    *, provider: str, currency: str, amount: Decimal, reference: str, made_by: str, at: datetime
) -> Transfer:
    """Book what a provider kept for itself (amount > 0) or gave back of that; refuses already_booked."""
    check_positive(abs(amount), currency)
    fees, clearing = system_wallet(System.COMMISSIONS, currency), system_wallet(f"clearing:{provider}", currency)
    with once("already_booked", f"{reference} was booked before."):
        return move(
            source=fees if amount > 0 else clearing,
            target=clearing if amount > 0 else fees,
            amount=abs(amount),
            kind=Kind.COMMISSION,
            subject=reference,
            reference=reference,
            made_by=made_by,
            at=at,
        )


def move_at_provider(
    *,
    provider: str,
    account: Wallet.System,
    currency: str,
    amount: Decimal,
    reference: str,
    made_by: str,
    reason: str,
    at: datetime,
    reverses: Transfer | None = None,
) -> Transfer:
    """Book something else that came to what a provider holds for us (amount > 0), or left it, to that account.

    `reverses`: what was booked by mistake, which this takes back. Refuses already_booked for a reference used before.
    """
    check_positive(abs(amount), currency)
    house, clearing = system_wallet(account, currency), system_wallet(f"clearing:{provider}", currency)
    with once("already_booked", f"{reference} was booked before."):
        return move(
            source=clearing if amount > 0 else house,
            target=house if amount > 0 else clearing,
            amount=abs(amount),
            kind=Kind.AT_PROVIDER,
            subject=reference,
            reference=reference,
            reverses=reverses,
            made_by=made_by,
            reason=reason,
            at=at,
        )


def remit(*, provider: str, currency: str, amount: Decimal, reference: str, made_by: str, at: datetime) -> Transfer:
    """Book what a provider paid to our bank account; refuses already_booked for a reference used before."""
    check_positive(amount, currency)
    with once("already_booked", f"{reference} was booked before."):
        return move(
            source=system_wallet(System.CLEARING_BANK, currency),
            target=system_wallet(f"clearing:{provider}", currency),
            amount=amount,
            kind=Kind.REMITTANCE,
            subject=reference,
            reference=reference,
            made_by=made_by,
            at=at,
        )
