"""What was earned at a host's place and is in no statement yet: receipts of its charges, each with its agreement.

A charge is of the place and the host that it was made at (HostedCharge), whoever has the place today. Its sale is
shared by the agreement that was in force in the month of the receipt, and what corrects it by the same; what no
agreement is for is shared with nobody. One in the charge's currency goes before one in another: of that one the part in
percent is shared in the charge's currency, and the part per kWh in the agreement's. Cards of the service are left out.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.models import Company, IdTag
from billing.closing.spans import day_of
from billing.models import HostAgreement, HostStatementLine, LineKind, Receipt, ReceiptLine
from billing.pricing import rounded
from charging.models import HostedCharge

SUBJECT = "session:"
NAME = Concat(Value(SUBJECT), Cast(F("session_id"), TextField()), output_field=TextField())
ZERO = Decimal(0)
WH_PER_KWH = 1000


@dataclass(frozen=True)
class Earned:
    """Charges that were sold, energy that was sold by the kWh, and what it came to."""

    sessions: int
    energy_wh: int
    # Of charges in other currencies, which count per kWh alone.
    other_energy_wh: int
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Counted:
    """A receipt that is to be shared, the first day of its month, and the agreement that says how.

    `is_per_kwh`: it is in another currency, and counts per kWh alone.
    """

    receipt: Any
    month: date
    agreement: HostAgreement
    is_per_kwh: bool = False


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
        receipt__subject=OuterRef("subject"),
        receipt__kind=Receipt.Kind.SALE,
        statement__currency=currency,
        is_per_kwh=False,
    )
    rows = Receipt.objects.filter(subject__in=subjects_of(charges), currency=currency, made_at__lt=until)
    rows = rows.filter(~Exists(HostStatementLine.objects.filter(receipt=OuterRef("pk"), is_per_kwh=False))).annotate(
        sold_at=Subquery(sale.values("made_at")[:1]), shared_by=Subquery(shared.values("agreement")[:1])
    )
    return with_energy(rows).order_by("pk")


def elsewhere(
    company: Company, place: str, currency: str, agreements: Sequence[HostAgreement], *, until: datetime
) -> list[Counted]:
    """Receipts dated earlier that statements in other currencies have shared by agreements in this one, and whose part
    per kWh no statement has counted.
    """
    by_key = {one.pk: one for one in agreements if one.currency == currency and one.per_kwh}
    done = HostStatementLine.objects.filter(receipt=OuterRef("receipt"), is_per_kwh=True)
    lines = HostStatementLine.objects.filter(
        ~Exists(done), statement__company=company, statement__place=place, agreement__in=by_key, is_per_kwh=False
    ).exclude(statement__currency=currency)
    shared_by = dict(lines.filter(receipt__made_at__lt=until).values_list("receipt", "agreement"))
    rows = with_energy(Receipt.objects.filter(pk__in=shared_by)).order_by("pk")
    return [Counted(row, month_of(row.made_at), by_key[shared_by[row.pk]], is_per_kwh=True) for row in rows]


def of_service(company: Company, place: str) -> set[str]:
    """What the receipts of cards of the service are about, at that place."""
    charges = HostedCharge.objects.filter(host=company, place=place, session__id_tag__kind=IdTag.Kind.SERVICE)
    return {one["name"] for one in subjects_of(charges)}


def subjects_of(charges: "QuerySet[HostedCharge]") -> "QuerySet[Any]":
    """What their receipts are about."""
    return charges.order_by().values(name=NAME)


def places_of_unshared(hosts: Iterable[int], currency: str) -> "QuerySet[Any]":
    """Those hosts (keys) and their places that have charges in that currency which no statement has counted."""
    shared = HostStatementLine.objects.filter(receipt=OuterRef("pk"), is_per_kwh=False)
    receipts = Receipt.objects.filter(~Exists(shared), currency=currency).order_by()
    charges = HostedCharge.objects.filter(host__in=hosts).alias(name=NAME).filter(name__in=receipts.values("subject"))
    return charges.order_by().values_list("host_id", "place").distinct()


def counted(
    rows: Iterable[Any], agreements: Sequence[HostAgreement], place: str, currency: str, *, left_out: Container[str]
) -> list[Counted]:
    """Those of them that an agreement is for, out of all of the company's; of the subjects that are left out only what
    corrects a sale that was shared.
    """
    by_key = {one.pk: one for one in agreements}
    own = [one for one in agreements if one.currency == currency]
    found = []
    for row in rows:
        if row.subject in left_out and not row.shared_by:
            continue
        sold = month_of(row.sold_at)
        # No charge is lost for its currency: where none is agreed in it, that in another one says how it is shared.
        agreement = by_key.get(row.shared_by) or agreement_of(own, place, sold) or agreement_of(agreements, place, sold)
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


class Part(Protocol):
    """A receipt with its energy, the agreement by which it is shared, and whether it counts per kWh alone."""

    @property
    def receipt(self) -> Any:
        """With `energy_wh`."""

    @property
    def agreement(self) -> HostAgreement:
        """In whatever currency."""

    @property
    def is_per_kwh(self) -> bool:
        """What it earned is in another statement."""


def earned(parts: Iterable[Part]) -> Earned:
    """What they come to."""
    sessions, other, sums = 0, ZERO, [ZERO] * 4
    for part in parts:
        receipt = part.receipt
        if part.is_per_kwh:
            other += receipt.energy_wh
            continue
        sessions += receipt.kind == Receipt.Kind.SALE
        amounts = receipt.energy_wh, receipt.net, receipt.tax, receipt.gross
        sums = [so_far + amount for so_far, amount in zip(sums, amounts, strict=True)]
    energy, net, tax, gross = sums
    return Earned(sessions, int(energy), int(other), net, tax, gross)


def shares(parts: Iterable[Part], currency: str) -> dict[HostAgreement, Decimal]:
    """What they come to in that currency by the agreement of each."""
    by_agreement: dict[HostAgreement, list[Part]] = {}
    for part in parts:
        by_agreement.setdefault(part.agreement, []).append(part)
    return {agreement: share_of(agreement, earned(mine), currency) for agreement, mine in by_agreement.items()}


def share_of(agreement: HostAgreement, what: Earned, currency: str) -> Decimal:
    """The share of what was earned without tax, and so much for each kWh, if that is in this currency; rounded once,
    half up.
    """
    per_kwh = agreement.per_kwh if agreement.currency == currency else ZERO
    by_kwh = per_kwh * (what.energy_wh + what.other_energy_wh) / WH_PER_KWH
    share: Decimal = rounded(what.net * agreement.share_percent / 100 + by_kwh, currency)
    return share


def key_of(receipt: Receipt) -> int:
    """The key of the session that a receipt is of."""
    return int(receipt.subject.removeprefix(SUBJECT))
