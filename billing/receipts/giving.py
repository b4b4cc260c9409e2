"""Giving receipts: one of sale per subject, then corrections that say the difference."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from billing.events import ByHand, tell_receipt
from billing.fiscal.queue import queue
from billing.models import LineKind, Receipt, ReceiptLine, Wallet
from billing.pricing import Price, Terms
from billing.receipts.entries import Entry, changes, kept_back, of_price, of_row, refund_entry, rows_of, standing
from billing.receipts.frozen import parties
from billing.receipts.numbers import take_number

NOTHING = Decimal(0)
# As much of the place as the column holds.
ABOUT = 200


@transaction.atomic
def give_receipt(
    *,
    wallet: Wallet | None,
    subject: str,
    about: str,
    price: Price,
    terms: Terms,
    at: datetime,
    reason: str = "",
    kept: Decimal = NOTHING,
) -> Receipt:
    """Write down what the subject costs now: a sale, or a correction with the difference to what was said before.

    `kept` of the difference is not given back, since it was before, by hand (below 0: it stays given back after all).
    Nothing changed: the last receipt.
    Another payer than before: a correction takes all back from the old one, the next one is the new one's.
    Call it last in the settlement's transaction: whoever takes a number holds up the next one until the commit, so
    that a number is never lost by a rollback.
    """
    new: dict[str, Any] = {
        "wallet": wallet,
        "subject": subject,
        "about": about[:ABOUT],
        "currency": price.currency,
        "reason": reason,
        "tax_name": terms.tax_name,
        "tax_percent": terms.tax_percent,
        "time_zone": terms.time_zone,
        "made_at": at,
    }
    last = _last_of(subject)
    if last is None:
        return _write(of_price(price, terms), None, new)
    return _correct(last, new, price, terms, kept)


def _correct(last: Receipt, new: dict[str, Any], price: Price, terms: Terms, kept: Decimal) -> Receipt:
    """Say the difference to what was said before, to the same payer or to the next one."""
    given, at, wallet = _given(last.subject), new["made_at"], new["wallet"]
    if (last.wallet_id, last.currency) != (wallet and wallet.pk, price.currency):
        last, kept = _take_all_back(last, standing(given), kept, new["reason"], at)
        entries = of_price(price, terms)
        return _write([*entries, *kept_back(entries, price, terms, kept, at)], last, new)
    entries = changes(standing(given), price, terms)
    entries += kept_back([*given, *entries], price, terms, kept, at)
    return _write(entries, last, new) if entries else last


@transaction.atomic
def give_refund_receipt(
    *, subject: str, net: Decimal, tax: Decimal, reason: str, at: datetime, by_hand: ByHand = "given_back"
) -> Receipt | None:
    """Write down money that was given back by hand, or is owed no more (net and tax above 0).

    None: the subject never had a receipt.
    """
    last = _last_of(subject)
    if last is None:
        return None
    entry = refund_entry(net=-net, tax=-tax, tax_percent=last.tax_percent, reason=reason, at=at)
    return _write([entry], last, _like(last, reason, at), by_hand=by_hand)


def _last_of(subject: str) -> Receipt | None:
    """The subject's last receipt; that of sale stays locked, so that nobody else corrects it meanwhile."""
    mine = Receipt.objects.filter(subject=subject)
    if mine.filter(kind=Receipt.Kind.SALE).select_for_update(no_key=True).first() is None:
        return None
    return mine.order_by("-id").select_related("wallet").first()


def _given(subject: str) -> list[Entry]:
    rows = ReceiptLine.objects.filter(receipt__subject=subject).order_by("receipt_id", "position")
    return [of_row(row) for row in rows]


def _take_all_back(
    last: Receipt, before: Sequence[Entry], kept: Decimal, reason: str, at: datetime
) -> tuple[Receipt, Decimal]:
    """The correction after which the payer so far has paid nothing, and what of `kept` is left for the next payer.

    What this payer got back by hand is not given back again.
    """
    by_hand = _refunds_of(last)
    entries = [entry.taken_back for entry in before]
    if by_hand["net"] or by_hand["tax"]:
        back = {name: -amount for name, amount in by_hand.items()}
        entries.append(refund_entry(**back, tax_percent=last.tax_percent, reason="", at=at))
    receipt = _write(entries, last, _like(last, reason, at)) if entries else last
    return receipt, kept + by_hand["net"] + by_hand["tax"]


def _refunds_of(last: Receipt) -> dict[str, Decimal]:
    """What the last payer got back by hand and was not told again (amounts below 0)."""
    mine = ReceiptLine.objects.filter(receipt__subject=last.subject, receipt__wallet=last.wallet_id)
    refunds = mine.filter(dimension=LineKind.REFUND)
    return refunds.aggregate(net=Sum("net", default=NOTHING), tax=Sum("tax", default=NOTHING))


def _like(last: Receipt, reason: str, at: datetime) -> dict[str, Any]:
    """A receipt of the same payer, place, currency and tax."""
    same = ("wallet", "subject", "about", "currency", "tax_name", "tax_percent", "time_zone")
    return {name: getattr(last, name) for name in same} | {"reason": reason, "made_at": at}


def _write(
    entries: Sequence[Entry], last: Receipt | None, fields: dict[str, Any], *, by_hand: ByHand | None = None
) -> Receipt:
    net = sum((entry.net for entry in entries), NOTHING)
    tax = sum((entry.tax for entry in entries), NOTHING)
    receipt = Receipt.objects.create(
        kind=Receipt.Kind.CORRECTION if last else Receipt.Kind.SALE,
        corrects=last,
        net=net,
        tax=tax,
        gross=net + tax,
        subject_gross=net + tax + (last.subject_gross if last else NOTHING),
        **parties(fields["wallet"]),
        **take_number(fields["made_at"]),
        **fields,
    )
    ReceiptLine.objects.bulk_create(rows_of(receipt, entries))
    tell_receipt(receipt, by_hand=by_hand)
    queue(receipt)
    return receipt
