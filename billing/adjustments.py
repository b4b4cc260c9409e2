"""Money that a person wants to move: small amounts are booked at once, large ones wait for a second person's word."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from billing import ledger, receipts, second_person
from billing.events import ByHand
from billing.ledger.wallets import once
from billing.models import Adjustment, Debt, PaymentRefund, SecondPayment, TopUp, Transfer, Wallet
from billing.payments import doubles, refunds
from billing.payments.reversals import locked
from drivepower.core.refusals import Refusal
from drivepower.core.texts import letters

State, Kind = Adjustment.State, Adjustment.Kind


def ask_adjustment(
    *, wallet: Wallet, amount: Decimal, reason: str, asked_by: str, at: datetime, key: UUID | None = None
) -> Adjustment:
    """Ask for money to be given to a wallet (amount > 0) or taken from it; booked at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters, and when it is booked at once what `ledger.adjust` refuses. `key` is the same when the
    same is asked for again, which is answered with the first, here and below.
    """
    asked = Adjustment(kind=Kind.ADJUSTMENT, wallet=wallet, amount=amount)
    return ask(asked, reason=reason, asked_by=asked_by, at=at, key=key)


def ask_refund(
    *,
    transfer: Transfer,
    amount: Decimal,
    reason: str,
    asked_by: str,
    at: datetime,
    key: UUID | None = None,
    may_alone: bool = True,
) -> Adjustment:
    """Ask for a part or all of a charge to be given back; booked at once below settings.APPROVAL_FROM.

    Of who may not move money alone it always waits. Refuses as `ask`, not_refundable and refund_exceeds_charge.
    """
    asked = Adjustment(
        kind=Kind.REFUND, wallet=transfer.source, refunds=transfer, amount=amount, needs_approval=not may_alone
    )
    return ask(asked, reason=reason, asked_by=asked_by, at=at, key=key)


def ask_bank_transfer(
    *, wallet: Wallet, amount: Decimal, bank_reference: str, asked_by: str, at: datetime, key: UUID | None = None
) -> Adjustment:
    """Ask for money that came by bank to be credited; booked at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters, and already_credited for a bank's reference that was entered before, in whatever
    letters, spaces and marks.
    """
    reference = bank_reference.strip()
    asked = Adjustment(kind=Kind.BANK, wallet=wallet, amount=amount, bank_reference=reference)
    asked.bank_key = letters(reference) or reference
    with once("already_credited", f"{bank_reference} was entered before."):
        return ask(asked, reason=bank_reference, asked_by=asked_by, at=at, key=key)


def ask_to_forgive(
    *, debt: Debt, amount: Decimal, reason: str, asked_by: str, at: datetime, key: UUID | None = None
) -> Adjustment:
    """Ask for a part or all of a debt to be asked for no more; booked at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters and forgiven_exceeds_debt.
    """
    asked = Adjustment(kind=Kind.FORGIVE, wallet=debt.wallet, forgives=debt, amount=amount)
    return ask(asked, reason=reason, asked_by=asked_by, at=at, key=key)


def ask_credit_limit(
    *, wallet: Wallet, limit: Decimal, reason: str, asked_by: str, at: datetime, key: UUID | None = None
) -> Adjustment:
    """Ask for another credit limit; what counts, and is kept as the amount, is how far it moves from where it stands.

    Refuses invalid_parameters, and when it is booked at once what `ledger.set_credit_limit` refuses.
    """
    asked = Adjustment(kind=Kind.CREDIT_LIMIT, wallet=wallet, credit_limit=limit)
    return ask(asked, reason=reason, asked_by=asked_by, at=at, key=key)


def ask_to_send_back(
    *, top_up: TopUp, amount: Decimal, reason: str, asked_by: str, at: datetime, key: UUID | None = None
) -> Adjustment:
    """Ask for a part or all of a payment to go back the way it came; booked and sent at once below APPROVAL_FROM.

    Refuses invalid_parameters, not_refundable, refund_exceeds_payment and insufficient_balance.
    """
    asked = Adjustment(kind=Kind.SEND_BACK, wallet=top_up.wallet, sends_back=top_up, amount=amount)
    return send_on(ask(asked, reason=reason, asked_by=asked_by, at=at, key=key), at=at)


def ask_to_credit(
    *, payment: SecondPayment, amount: Decimal, reason: str, asked_by: str, at: datetime, key: UUID | None = None
) -> Adjustment:
    """Ask for a second payment of an invoice to be credited, once; booked at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters, already_decided, and already_credited for one that is asked for or credited already.
    """
    asked = Adjustment(kind=Kind.SECOND, wallet=payment.top_up.wallet, credits=payment, amount=amount)
    with once("already_credited", "Somebody has asked for that payment to be credited."):
        return ask(asked, reason=reason, asked_by=asked_by, at=at, key=key)


@transaction.atomic
def ask(asked: Adjustment, *, reason: str, asked_by: str, at: datetime, key: UUID | None) -> Adjustment:
    """Write down who asks and why; book what needs nobody else.

    Refuses invalid_parameters, and access_denied where it is the asker's own wallet.
    """
    second_person.take_turn(asked_by)
    lock(asked)
    asked.public_id, asked.asked_by, asked.asked_at, asked.reason = key or uuid4(), asked_by, at, reason.strip()
    if before := asked_before(asked):
        return before
    second_person.check_not_own(by=asked_by, wallets=[asked.wallet_id])
    check(asked)
    asked.needs_approval = asked.needs_approval or is_large(asked)
    asked.save()
    if not asked.needs_approval:
        book(asked, decided_by=asked_by, at=at)
    return asked


def lock(asked: Adjustment) -> None:
    """Its wallet, after what is always locked before wallets.

    Whoever asks at the same time waits, else neither would be in the other's sum.
    """
    if asked.sends_back:
        locked(asked.sends_back.pk)
    if asked.credits:
        SecondPayment.objects.select_for_update(no_key=True).get(pk=asked.credits.pk)
    wallet = ledger.lock([asked.wallet_id])[asked.wallet_id]
    if asked.credit_limit is not None:
        asked.amount = asked.credit_limit - wallet.credit_limit


def asked_before(asked: Adjustment) -> Adjustment | None:
    """What was asked for with the same key; refuses invalid_parameters if that is something else."""
    before = Adjustment.objects.filter(public_id=asked.public_id).first()
    names = ["kind", "wallet_id", "refunds_id", "forgives_id", "sends_back_id", "credits_id", "asked_by"]
    # How far a limit moves is another question once it has moved.
    names += ["amount", "bank_reference"] if asked.credit_limit is None else ["credit_limit"]
    if before and any(getattr(before, name) != getattr(asked, name) for name in names):
        raise Refusal("invalid_parameters", "That key was used for something else.")
    return before


def check(asked: Adjustment) -> None:
    """Refuse what nobody could approve."""
    if not asked.reason or not asked.asked_by:
        raise Refusal("invalid_parameters", "It needs a reason, and somebody who asks.")
    if asked.refunds:
        ledger.check_refundable(transfer=asked.refunds, amount=asked.amount)
    if asked.forgives:
        ledger.check_forgivable(debt=asked.forgives, amount=asked.amount)
    if asked.sends_back:
        refunds.check(locked(asked.sends_back.pk), asked.amount)
    if asked.credits:
        doubles.undecided(asked.credits)
    if asked.wallet.system:
        raise Refusal("invalid_parameters", "The house's own accounts are not adjusted.")
    signed = asked.kind in (Kind.ADJUSTMENT, Kind.CREDIT_LIMIT)
    ledger.check_positive(abs(asked.amount) if signed else asked.amount, asked.wallet.currency)


def is_large(asked: Adjustment) -> bool:
    """Whether a second person is to look at it, with what the same person moved alone and what was given back of it."""
    subjects = [asked.refunds.subject] if asked.refunds else []
    return second_person.is_large(
        abs(asked.amount),
        asked.wallet.currency,
        by=asked.asked_by,
        at=asked.asked_at,
        subjects=subjects,
        top_up=asked.sends_back,
    )


def approve(*, adjustment: Adjustment, decided_by: str, at: datetime) -> Adjustment:
    """Book what waits.

    Refuses already_decided, access_denied to who asked for it and to whose wallet it is, and what does not fit any
    more as the ledger does.
    """
    with transaction.atomic():
        waiting = lock_waiting(adjustment.public_id, decided_by)
        book(waiting, decided_by=decided_by, at=at)
    return send_on(waiting, at=at)


@transaction.atomic
def refuse(*, adjustment: Adjustment, decided_by: str, at: datetime) -> Adjustment:
    """Let it not happen; refuses already_decided, and access_denied as `approve` does."""
    waiting = lock_waiting(adjustment.public_id, decided_by)
    decide(waiting, State.REFUSED, None, decided_by=decided_by, at=at)
    return waiting


def lock_waiting(public_id: UUID, decided_by: str) -> Adjustment:
    """The adjustment, locked before any wallet, if it still waits and this person may decide."""
    waiting = Adjustment.objects.select_for_update(no_key=True).get(public_id=public_id)
    if waiting.state != State.ASKED:
        raise Refusal("already_decided", "This has been decided already.")
    second_person.check_second(by=decided_by, first=waiting.asked_by)
    second_person.check_not_own(by=decided_by, wallets=[waiting.wallet_id])
    return waiting


def book(asked: Adjustment, *, decided_by: str, at: datetime) -> None:
    """Move the money, and give the receipt of what is given back; the adjustment's own name makes it happen once."""
    by_hand = {"reference": f"adjustment:{asked.public_id}", "made_by": asked.asked_by, "reason": asked.reason}
    given = give(asked, **by_hand, at=at)
    moved = given.transfer if given else move(asked, **by_hand, at=at)
    decide(asked, State.BOOKED, moved, decided_by=decided_by, at=at)
    if given:
        # The last thing: whoever has a receipt's number keeps everybody else waiting for theirs.
        subject = given.transfer.subject
        how: ByHand = "forgiven" if asked.forgives else "given_back"
        receipts.give_refund_receipt(
            subject=subject, net=given.net, tax=given.tax, reason=asked.reason, at=at, by_hand=how
        )


def send_on(asked: Adjustment, *, at: datetime) -> Adjustment:
    """Once it is booked for good, ask the provider to send what goes back; the sweep asks whoever did not answer."""
    if asked.sends_back and asked.state == State.BOOKED:
        found = PaymentRefund.objects.select_related("top_up__wallet").get(public_id=asked.public_id)
        refunds.send(refund=found, at=at)
    return asked


def give(asked: Adjustment, **by_hand: Any) -> ledger.Refunded | None:
    """Give back or forgive what was charged, if that is what it is about."""
    if asked.refunds:
        return ledger.refund(transfer=asked.refunds, amount=asked.amount, **by_hand)
    if asked.forgives:
        return ledger.forgive(debt=asked.forgives, amount=asked.amount, **by_hand)
    return None


def move(asked: Adjustment, *, reference: str, made_by: str, reason: str, at: datetime) -> Transfer | None:
    """Move money in a wallet, or its credit limit, which is no transfer; a payment that goes back may be several."""
    wallet, amount = asked.wallet, asked.amount
    if asked.sends_back:
        key, top_up = asked.public_id, asked.sends_back
        refunds.book(top_up=top_up, amount=amount, reason=reason, made_by=made_by, at=at, key=key)
        return None
    if asked.credits:
        return doubles.credit_second(payment=asked.credits, amount=amount, by=made_by, at=at).transfer
    if asked.kind == Kind.BANK:
        name = f"bank:{asked.bank_reference}"
        return ledger.top_up(wallet=wallet, provider="bank", amount=amount, reference=name, made_by=made_by, at=at)
    if asked.credit_limit is not None:
        ledger.set_credit_limit(wallet=wallet, limit=asked.credit_limit, at=at)
        return None
    return ledger.adjust(wallet=wallet, amount=amount, reference=reference, made_by=made_by, reason=reason, at=at)


def decide(
    asked: Adjustment, state: Adjustment.State, moved: Transfer | None, *, decided_by: str, at: datetime
) -> None:
    """Write down how it ended; nothing that has ended ends again."""
    ended = {"state": state, "transfer": moved, "decided_by": decided_by, "decided_at": at}
    if not Adjustment.objects.filter(pk=asked.pk, state=State.ASKED).update(**ended):
        raise Refusal("already_decided", "This has been decided already.")
    for name, value in ended.items():
        setattr(asked, name, value)
