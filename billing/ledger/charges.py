"""What something costs, taken from a wallet as far as it goes, the rest owed; a later truth moves the difference."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import F

from billing import events
from billing.ledger.debts import pay_debts_of
from billing.ledger.givebacks import give_back
from billing.ledger.holds import end_holds, free
from billing.ledger.moves import Part, book
from billing.ledger.standing import standing_of, tax_in
from billing.ledger.wallets import ZERO, check_amount, lock_for, once
from billing.models import Capture, Debt, Hold, Transfer, Wallet
from drivepower.core.compiled import insert
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import Sentence, sentence

System, Kind = Wallet.System, Transfer.Kind


@dataclass(frozen=True)
class Captured:
    """What moved: paid by the wallet, owed by it, borne by the house (absorbed), given back (refunded).

    `kept` is what a lower price did not give back because it had been given back by hand before; below 0 where a
    later, higher price left it with the driver once more. What moved in all is the difference of the prices + kept.
    """

    paid: Decimal = ZERO
    owed: Decimal = ZERO
    absorbed: Decimal = ZERO
    refunded: Decimal = ZERO
    kept: Decimal = ZERO


def charged_before(revision: int, subject: str) -> Sentence:
    """Why that revision is not charged."""
    return sentence("Revision %(revision)s of %(subject)s was charged before.", revision=revision, subject=subject)


def capture(*, wallet: Wallet, subject: str, revision: int, net: Decimal, tax: Decimal, at: datetime) -> Captured:
    """Charge what the subject costs as of this revision, as the difference to the last one, and end its holds.

    What the wallet cannot give beside its other holds becomes a debt, or is borne by the house (settings.SHORTFALL).
    An amount of 0 moves nothing, yet ends the holds. What another wallet bore before comes back to that one. What is
    free in the end pays older debts.
    Refuses already_captured when this revision or a later one was charged before.
    """
    check_amount(net, wallet.currency)
    check_amount(tax, wallet.currency)
    with once("already_captured", charged_before(revision, subject)):
        locked = lock_for(subject, wallet.pk)
        last = Capture.objects.filter(subject=subject).order_by("-revision").first()
        if last and last.revision >= revision:
            raise Refusal("already_captured", charged_before(last.revision, subject))
        made = insert(Capture(wallet=wallet, subject=subject, revision=revision, net=net, tax=tax, made_at=at))
        freed = end_holds(subject, locked, Hold.State.CAPTURED, at)
        for key, amount in freed.items():
            locked[key].held -= amount
        payer = locked[wallet.pk]
        if last is None:
            mine = freed.pop(payer.pk, ZERO)
            free(freed)
            captured = charge(made, payer, made.gross, tax=tax, freed=mine)
        else:
            free(freed)
            captured = charge_anew(made, last, payer, locked[last.wallet_id])
        pay_debts_of(locked.values(), at=at)
    return captured


def charge(made: Capture, wallet: Wallet, amount: Decimal, *, tax: Decimal, freed: Decimal = ZERO) -> Captured:
    """Book a charge on the (locked) wallet: what it can give now, what it owes, and the change of tax."""
    paid = min(amount, wallet.spendable)
    absorbed = amount - paid if settings.SHORTFALL == "absorb" else ZERO
    owed = amount - paid - absorbed
    book(
        Part("", System.REVENUE, paid, Kind.CAPTURE, "charge"),
        Part(System.RECEIVABLE, System.REVENUE, owed, Kind.DEBT, "debt"),
        Part(System.ABSORBED, System.REVENUE, absorbed, Kind.ABSORBED, "absorbed"),
        Part(System.REVENUE, System.TAX, tax, Kind.TAX, "tax"),
        made=made,
        wallet=wallet,
    )
    if owed:
        Debt.objects.create(wallet=wallet, subject=made.subject, reference=str(made), amount=owed, made_at=made.made_at)
    if paid or owed or freed:
        changed = {"balance": F("balance") - paid, "held": F("held") - freed, "owed": F("owed") + owed}
        Wallet.objects.filter(pk=wallet.pk).update(**changed)
    if owed:
        events.tell_debt(wallet=wallet, amount=owed, subject=made.subject, at=made.made_at)
    events.tell_if_low(wallet=wallet, before=wallet.balance, after=wallet.balance - paid, at=made.made_at)
    return Captured(paid=paid, owed=owed, absorbed=absorbed)


def charge_anew(made: Capture, last: Capture, payer: Wallet, former: Wallet) -> Captured:
    """Move the difference to what the subject's transfers come to; somebody else's part goes back to them first."""
    standing = standing_of(made.subject, {payer.pk, former.pk})
    borne, refunded, kept = standing.of(payer), ZERO, last.gross - made.gross
    if former == payer:
        borne += standing.absorbed
    else:
        back = standing.of(former) + standing.absorbed
        gone = standing.tax.pop(former.currency, ZERO) if former.currency != payer.currency else ZERO
        refunded = give_back(made, former, standing, back, tax=gone)
        kept -= back
    due = max(ZERO, made.gross - standing.given[payer.pk])
    tax = tax_in(made, due, payer.currency) - standing.tax[payer.currency]
    kept += due - borne
    if due >= borne:
        return replace(charge(made, payer, due - borne, tax=tax), refunded=refunded, kept=kept)
    return Captured(refunded=give_back(made, payer, standing, borne - due, tax=-tax), kept=kept)
