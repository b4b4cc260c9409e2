"""Money of a wallet that its owner gets by bank: asked for, approved by a second person, paid, or sent back."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum

from billing import ledger, second_person
from billing.ledger.wallets import once
from billing.models import Payout, Wallet
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

State = Payout.State


@transaction.atomic
def ask_payout(
    *,
    wallet: Wallet,
    amount: Decimal,
    destination: str,
    reason: str,
    asked_by: str,
    at: datetime,
    key: UUID | None = None,
) -> Payout:
    """Ask for money of a wallet to be paid by bank; nothing moves before a second person approves it.

    Refuses invalid_parameters, insufficient_balance for more than is free beside holds, debts and payouts that wait,
    and access_denied to staff for their own wallet, which they ask for in the app as every driver. `key` is the same
    when the same is asked for again, which is answered with the first.
    """
    asked = Payout(
        public_id=key or uuid4(),
        wallet=wallet,
        amount=amount,
        destination=storable(destination.strip()),
        reason=storable(reason.strip()),
        asked_by=asked_by,
        asked_at=at,
    )
    locked = ledger.lock([wallet.pk])[wallet.pk]
    if before := _asked_before(asked):
        return before
    if not asked_by.startswith(f"{second_person.DRIVER}:"):
        second_person.check_not_own(by=asked_by, wallets=[wallet.pk])
    _check(asked, locked)
    asked.save(force_insert=True)
    return asked


@transaction.atomic
def approve(*, payout: Payout, decided_by: str, at: datetime) -> Payout:
    """Take the money out of the wallet, to be paid.

    Refuses already_decided, access_denied to who asked for it and to whose wallet it is, and insufficient_balance
    where it is gone by now.
    """
    waiting = _lock_waiting(payout, decided_by)
    moved = ledger.pay_out(
        wallet=waiting.wallet,
        amount=waiting.amount,
        reference=f"payout:{waiting.public_id}",
        made_by=waiting.asked_by,
        reason=waiting.reason,
        at=at,
    )
    ended = {"state": State.APPROVED, "decided_by": decided_by, "decided_at": at, "transfer": moved}
    return _move(waiting, State.ASKED, **ended)


@transaction.atomic
def refuse(*, payout: Payout, decided_by: str, at: datetime) -> Payout:
    """Let it not happen; refuses already_decided, and access_denied as `approve` does."""
    waiting = _lock_waiting(payout, decided_by)
    return _move(waiting, State.ASKED, state=State.REFUSED, decided_by=decided_by, decided_at=at)


def mark_paid(*, payout: Payout, bank_reference: str, paid_by: str, at: datetime) -> Payout:
    """Note what the bank calls the payment.

    Refuses invalid_parameters, already_decided where it does not wait to be paid, already_paid_out for a reference
    that another payout has, and access_denied to whose wallet it is.
    """
    reference = storable(bank_reference.strip())
    if not reference or not paid_by:
        raise Refusal("invalid_parameters", "It needs the bank's reference, and somebody who enters it.")
    second_person.check_not_own(by=paid_by, wallets=[payout.wallet_id])
    with once("already_paid_out", f"{reference} stands at another payout."):
        paid = {"state": State.PAID, "bank_reference": reference, "paid_by": paid_by, "paid_at": at}
        return _move(payout, State.APPROVED, **paid)


@transaction.atomic
def mark_returned(*, payout: Payout, reason: str, returned_by: str, at: datetime) -> Payout:
    """Bring home what the bank did not deliver: the money is the wallet's again, debts are paid first.

    Refuses invalid_parameters, already_decided where nothing has left the wallet or it is home already, and
    access_denied to who entered the payment (approved it, while nobody has) and to whose wallet it is: alone they
    could have it paid twice.
    """
    if not reason.strip() or not returned_by:
        raise Refusal("invalid_parameters", "It needs a reason, and somebody who enters it.")
    sent = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
    if sent.state not in (State.APPROVED, State.PAID) or sent.transfer is None:
        raise _too_late()
    second_person.check_second(by=returned_by, first=sent.paid_by or sent.decided_by)
    second_person.check_not_own(by=returned_by, wallets=[sent.wallet_id])
    home = ledger.return_payout(transfer=sent.transfer, made_by=returned_by, reason=storable(reason.strip()), at=at)
    back = {"state": State.RETURNED, "returning": home, "returned_by": returned_by, "returned_at": at}
    return _move(sent, State(sent.state), **back)


def waiting_of(wallet: Wallet) -> Decimal:
    """What of a wallet's money somebody has asked to be paid out and nobody has decided about."""
    asked = Payout.objects.filter(wallet=wallet, state=State.ASKED)
    total: Decimal = asked.aggregate(all=Sum("amount", default=Decimal(0)))["all"]
    return total


def free_of(wallet: Wallet) -> Decimal:
    """What could be asked for: free beside holds, debts, credit and payouts that wait."""
    free: Decimal = wallet.available - wallet.owed - waiting_of(wallet)
    return max(free, Decimal(0))


def _check(asked: Payout, locked: Wallet) -> None:
    """Refuse what nobody could approve."""
    if locked.system:
        raise Refusal("invalid_parameters", "The house's own accounts are not paid out.")
    if not asked.reason or not asked.destination or not asked.asked_by:
        raise Refusal("invalid_parameters", "It needs a reason, an account that it goes to, and somebody who asks.")
    ledger.check_positive(asked.amount, locked.currency)
    if asked.amount > free_of(locked):
        raise Refusal("insufficient_balance", "There is not enough money in the wallet.")


def _asked_before(asked: Payout) -> Payout | None:
    before = Payout.objects.filter(public_id=asked.public_id).first()
    names = ["wallet_id", "amount", "destination", "asked_by"]
    if before and any(getattr(before, name) != getattr(asked, name) for name in names):
        raise Refusal("invalid_parameters", "That key was used for something else.")
    return before


def _lock_waiting(payout: Payout, decided_by: str) -> Payout:
    """It, locked before its wallet, if it still waits and this person may decide."""
    waiting = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
    if waiting.state != State.ASKED:
        raise _too_late()
    second_person.check_second(by=decided_by, first=waiting.asked_by)
    second_person.check_not_own(by=decided_by, wallets=[waiting.wallet_id])
    return waiting


def _move(payout: Payout, old: Payout.State, **ended: Any) -> Payout:
    """From one state to another, once."""
    if not Payout.objects.filter(pk=payout.pk, state=old).update(**ended):
        raise _too_late()
    return Payout.objects.get(pk=payout.pk)


def _too_late() -> Refusal:
    return Refusal("already_decided", "This has been decided already.")
