"""Money of a charge that goes back: because it costs less than was thought, or because somebody gives it back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from billing.ledger.credits import credit
from billing.ledger.moves import Part, book, move
from billing.ledger.standing import Standing, standing_of, tax_in
from billing.ledger.wallets import ZERO, check_positive, lock, once, system_wallets
from billing.models import Capture, Debt, Transfer, Wallet
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence

System, Kind = Wallet.System, Transfer.Kind


@dataclass(frozen=True)
class Refunded:
    """What was given back or forgiven by hand: the transfer, and what of it was tax."""

    transfer: Transfer
    net: Decimal
    tax: Decimal


def give_back(made: Capture, wallet: Wallet, standing: Standing, amount: Decimal, *, tax: Decimal) -> Decimal:
    """Undo a part of a charge: what is still owed, then what the house bears, then what was paid; answers the last.

    `tax` is how much less tax there is in the charge.
    """
    parts, left = [], amount
    for debt in reversed(standing.open_debts(wallet)):
        part = min(debt.amount - debt.paid, left)
        if part:
            owing = standing.owing.get(debt.reference)
            parts.append(Part(System.REVENUE, System.RECEIVABLE, part, Kind.FORGIVEN, f"forgiven:{debt.pk}", owing))
            settle(debt, part)
            left -= part
    absorbed = min(standing.absorbed, left)
    money = left - absorbed
    booked = book(
        *parts,
        Part(System.REVENUE, System.ABSORBED, absorbed, Kind.ABSORBED, "absorbed:back"),
        Part(System.TAX, System.REVENUE, tax, Kind.TAX, "tax:back"),
        Part(System.REVENUE, "", money, Kind.REFUND, "refund", standing.charges.get(wallet.pk)),
        made=made,
        wallet=wallet,
    )
    if money:
        credit(booked[-1])
    return money


def settle(debt: Debt, part: Decimal) -> None:
    """A part of a debt of a (locked) wallet is not asked for any more."""
    Debt.objects.filter(pk=debt.pk).update(paid=F("paid") + part)
    Wallet.objects.filter(pk=debt.wallet_id).update(owed=F("owed") - part)


def check_refundable(*, transfer: Transfer, amount: Decimal) -> Standing:
    """Refuse not_refundable, and refund_exceeds_charge: more than is left of all that the wallet paid for the subject.

    Only who has locked the wallet can rely on it. Answers how the subject stands.
    """
    wallet = transfer.source
    check_positive(amount, wallet.currency)
    if transfer.kind not in (Kind.CAPTURE, Kind.REPAYMENT) or last_capture(transfer.subject) is None:
        raise Refusal("not_refundable", "Only a charge can be refunded.")
    standing = standing_of(transfer.subject, [wallet.pk])
    if amount > standing.paid[wallet.pk]:
        left = plain(standing.paid[wallet.pk], wallet.currency)
        facts = {"left": Decimal(left), "currency": wallet.currency}
        text = sentence("Only %(left)s %(currency)s of the charge are left.", **facts)
        raise Refusal("refund_exceeds_charge", text, {"left": left})
    return standing


def left_to_refund(*, transfer: Transfer) -> Decimal:
    """How much of all that the wallet paid for the charge has not come back."""
    return standing_of(transfer.subject, [transfer.source_id]).paid[transfer.source_id]


def refund(*, transfer: Transfer, amount: Decimal, reference: str, made_by: str, reason: str, at: datetime) -> Refunded:
    """Give back a part or all of what was paid for a charge, its share of the tax included, then pay debts.

    `transfer` is what the wallet paid, at once or later. Refuses what `check_refundable` refuses, and
    already_refunded for a reference used before.
    """
    wallet = transfer.source
    check_maker(made_by)
    with once("already_refunded", f"{reference} was refunded before."):
        lock([wallet.pk])
        standing = check_refundable(transfer=transfer, amount=amount)
        house = system_wallets(wallet.currency, System.REVENUE, System.TAX)
        made = move(
            source=house[System.REVENUE],
            target=wallet,
            amount=amount,
            kind=Kind.REFUND,
            subject=transfer.subject,
            reference=reference,
            reverses=transfer,
            made_by=made_by,
            reason=reason,
            at=at,
        )
        tax = return_tax(standing, wallet, made)
        credit(made)
    return Refunded(made, amount - tax, tax)


def forgive(*, debt: Debt, amount: Decimal, reference: str, made_by: str, reason: str, at: datetime) -> Refunded:
    """Ask for a part or all of a debt no more: less was earned, or, for money taken back, the house bears it.

    Refuses forgiven_exceeds_debt, and already_forgiven for a reference used before.
    """
    wallet = debt.wallet
    check_maker(made_by)
    with once("already_forgiven", f"{reference} was forgiven before."):
        lock([wallet.pk])
        standing = check_forgivable(debt=debt, amount=amount)
        bearer = System.REVENUE if last_capture(debt.subject) else System.ABSORBED
        house = system_wallets(wallet.currency, bearer, System.RECEIVABLE)
        made = move(
            source=house[bearer],
            target=house[System.RECEIVABLE],
            amount=amount,
            kind=Kind.FORGIVEN,
            subject=debt.subject,
            reference=reference,
            reverses=standing.owing[debt.reference],
            made_by=made_by,
            reason=reason,
            at=at,
        )
        tax = return_tax(standing, wallet, made)
        settle(debt, amount)
    return Refunded(made, amount - tax, tax)


def check_forgivable(*, debt: Debt, amount: Decimal) -> Standing:
    """Refuse forgiven_exceeds_debt: more than is left; only who has locked the wallet can rely on it."""
    wallet = debt.wallet
    check_positive(amount, wallet.currency)
    standing = standing_of(debt.subject, [wallet.pk])
    left = sum((one.amount - one.paid for one in standing.open_debts(wallet) if one.pk == debt.pk), ZERO)
    if amount > left:
        details = {"left": plain(left, wallet.currency)}
        raise Refusal("forgiven_exceeds_debt", "That is more than is left of the debt.", details)
    return standing


def last_capture(subject: str) -> Capture | None:
    """What the subject costs as was last known."""
    return Capture.objects.filter(subject=subject).order_by("-revision").first()


def return_tax(standing: Standing, wallet: Wallet, made: Transfer) -> Decimal:
    """Take the share of what was given back out of the tax account; several parts sum to what one would be."""
    borne = standing.of(wallet) + standing.absorbed - made.amount
    charged = last_capture(made.subject)
    share = standing.tax[wallet.currency] - tax_in(charged, borne, wallet.currency) if charged else ZERO
    if share:
        house = system_wallets(wallet.currency, System.REVENUE, System.TAX)
        move(
            source=house[System.TAX],
            target=house[System.REVENUE],
            amount=share,
            kind=Kind.TAX,
            subject=made.subject,
            reference=f"{made.reference}:tax",
            at=made.made_at,
        )
    return share


def check_maker(made_by: str) -> None:
    """Refuse nobody: what is given back without a name is the ledger's own doing, and counts otherwise."""
    if not made_by:
        raise Refusal("invalid_parameters", "It must be known who gives this.")
