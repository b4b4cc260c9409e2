"""What was earned at a host's place and is in no statement yet: receipts of its charges, each with its agreement.

A charge is of the place and the host that it was made at (HostedCharge), whoever has the place today. Its sale is
shared by the agreement that was in force in the month of the receipt, and what corrects it by the same; what no
agreement is for is shared with nobody. Cards of the service are left out.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.models import Company, IdTag
from billing.closing.spans import day_of
from billing.models import HostAgreement, HostStatementLine, LineKind, Receipt, ReceiptLine
from billing.pricing import rounded
from charging.models import HostedCharge

SUBJECT = "session:"
ZERO = Decimal(0)
WH_PER_KWH = 1000


@dataclass(frozen=True)
class Earned:
    """Charges that were sold, energy that was sold by the kWh, and what it came to."""

    sessions: int
    energy_wh: int
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Counted:
    """A receipt that is to be shared, the first day of its month, and the agreement that says how."""

    receipt: Any
    month: date
    agreement: HostAgreement


def with_energy(receipts: "QuerySet[Receipt]") -> "QuerySet[Any]":
    """Each with its energy in Wh."""
    by_kwh = ReceiptLine.objects.filter(receipt=OuterRef("pk"), dimension=LineKind.PER_KWH).order_by()
    energy = by_kwh.values("receipt").annotate(total=Sum("quantity")).values("total")
    return receipts.annotate(energy_wh=Coalesce(Subquery(energy), Value(ZERO)))


def open_receipts(company: Company, place: str, currency: str, *, until: datetime) -> "QuerySet[Any]":
    """Receipts of charges at that place while it was that company's which no statement has counted, dated earlier.

    Each has the time of its sale, and the agreement by which that was shared, if it was.
    """
    charges = HostedCharge.objects.filter(host=company, place=place)
    sale = Receipt.objects.filter(subject=OuterRef("subject"), kind=Receipt.Kind.SALE).order_by()
    shared = HostStatementLine.objects.filter(
        receipt__subject=OuterRef("subject"), receipt__kind=Receipt.Kind.SALE, agreement__currency=currency
    )
    rows = Receipt.objects.filter(subject__in=subjects_of(charges), currency=currency, made_at__lt=until)
    rows = rows.filter(~Exists(HostStatementLine.objects.filter(receipt=OuterRef("pk")))).annotate(
        sold_at=Subquery(sale.values("made_at")[:1]), shared_by=Subquery(shared.values("agreement")[:1])
    )
    return with_energy(rows).order_by("pk")


def of_service(company: Company, place: str) -> set[str]:
    """What the receipts of cards of the service are about, at that place."""
    charges = HostedCharge.objects.filter(host=company, place=place, session__id_tag__kind=IdTag.Kind.SERVICE)
    return {one["name"] for one in subjects_of(charges)}


def subjects_of(charges: "QuerySet[HostedCharge]") -> "QuerySet[Any]":
    """What their receipts are about."""
    name = Concat(Value(SUBJECT), Cast(F("session_id"), TextField()), output_field=TextField())
    return charges.order_by().values(name=name)


def counted(
    rows: Iterable[Any], agreements: Sequence[HostAgreement], place: str, *, left_out: Container[str]
) -> list[Counted]:
    """Those of them that an agreement is for, out of all of the company's in that currency; of the subjects that are
    left out only what corrects a sale that was shared.
    """
    by_key = {one.pk: one for one in agreements}
    found = []
    for row in rows:
        if row.subject in left_out and not row.shared_by:
            continue
        sold = month_of(row.sold_at)
        agreement = by_key.get(row.shared_by) or agreement_of(agreements, place, sold)
        if agreement:
            found.append(Counted(row, month_of(row.made_at), agreement))
    return found


def month_of(at: datetime) -> date:
    """The first day of its month on the seller's clock."""
    return day_of(at).replace(day=1)


def agreement_of(agreements: Iterable[HostAgreement], place: str, month: date) -> HostAgreement | None:
    """The agreement in force in that month: the location's own before the company's, the newest of them."""
    there = [
        one
        for one in agreements
        if one.place in ("", place) and one.valid_from <= month and (one.valid_until is None or one.valid_until > month)
    ]
    return max(there, key=lambda one: (one.place, one.valid_from), default=None)


def earned(receipts: Iterable[Any]) -> Earned:
    """What they come to."""
    sessions, sums = 0, [ZERO] * 4
    for receipt in receipts:
        sessions += receipt.kind == Receipt.Kind.SALE
        amounts = receipt.energy_wh, receipt.net, receipt.tax, receipt.gross
        sums = [so_far + amount for so_far, amount in zip(sums, amounts, strict=True)]
    energy, net, tax, gross = sums
    return Earned(sessions, int(energy), net, tax, gross)


def shares(lines: Iterable[Any]) -> dict[HostAgreement, Decimal]:
    """What receipts come to by the agreement of each."""
    by_agreement: dict[HostAgreement, list[Any]] = {}
    for line in lines:
        by_agreement.setdefault(line.agreement, []).append(line.receipt)
    return {agreement: share_of(agreement, earned(receipts)) for agreement, receipts in by_agreement.items()}


def share_of(agreement: HostAgreement, what: Earned) -> Decimal:
    """The share of what was earned without tax, and so much for each kWh; rounded once, half up."""
    by_kwh = agreement.per_kwh * what.energy_wh / WH_PER_KWH
    share: Decimal = rounded(what.net * agreement.share_percent / 100 + by_kwh, agreement.currency)
    return share


def key_of(receipt: Receipt) -> int:
    """The key of the session that a receipt is of."""
    return int(receipt.subject.removeprefix(SUBJECT))
