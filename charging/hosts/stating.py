"""Making the statements of hosts: one per company, location, currency and month, in order, never twice; shares are
booked.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from billing import ledger
from billing.models import HostAgreement, HostStatement, HostStatementLine, Transfer, Wallet
from billing.statements.making import begin_of, following
from charging.hosts.earned import Counted, earned, shares
from charging.hosts.series import Series, lacking, months_due
from drivepower.core.refusals import Refusal

BY = "rule:shares_of_hosts"
ZERO = Decimal(0)


def make_host_statements(*, month: date, at: datetime) -> int:
    """Make the statement of that month (any day of it) of each location with an agreement, and those before it that
    are missing; where the agreement is over, or the location another's by now, of what was corrected since.

    Answers how many were made. ValueError while the month is not over.
    """
    first = month.replace(day=1)
    if begin_of(following(first)) > at:
        raise ValueError(f"{first:%Y-%m} is not over.")
    return sum(_make(series, due, at) for series in list(lacking(first)) for due in months_due(series, first))


@transaction.atomic
def _make(series: Series, month: date, at: datetime) -> int:
    """Whoever makes one of the same company waits for its wallet; 0: it is there, or there is nothing to state."""
    wallet = ledger.wallet_of(company=series.company, currency=series.currency)
    ledger.lock([wallet.pk])
    before = series.last()
    if before and before.month >= month:
        return 0
    found = series.waiting(month)
    agreement = _agreement(series, month, found, before)
    key, brought = uuid4(), before.carried if before else ZERO
    due = sum(shares(found, series.currency).values(), brought)
    moved = _book(wallet, due, f"host_statement:{key}", at)
    if agreement is None or not (found or moved or series.agreement_of(month)):
        return 0
    booked = {"share": due if moved else ZERO, "carried": ZERO if moved else due, "transfer": moved}
    fields = {"public_id": key, "month": month, "agreement": agreement, "brought": brought, **booked}
    _write(series, found, made_at=at, **fields)
    return 1


def _write(series: Series, found: list[Counted], **fields: Any) -> None:
    """The statement with what it has counted; no receipt is counted twice: the constraint says so, too."""
    statement = HostStatement.objects.create(
        company=series.company,
        place=series.place,
        place_name=series.name(),
        currency=series.currency,
        **vars(earned(found)),
        **fields,
    )
    HostStatementLine.objects.bulk_create(
        [
            HostStatementLine(
                statement=statement, receipt_id=one.receipt.pk, agreement=one.agreement, is_per_kwh=one.is_per_kwh
            )
            for one in found
        ],
        batch_size=5000,
    )


def _agreement(series: Series, month: date, found: list[Counted], before: HostStatement | None) -> HostAgreement | None:
    """What it stands on: the agreement in force, or that of what is corrected, or that of what waits to be booked."""
    if in_force := series.agreement_of(month):
        return in_force
    if found:
        return found[-1].agreement
    return before.agreement if before else None


def _book(wallet: Wallet, due: Decimal, reference: str, at: datetime) -> Transfer | None:
    """Give it to the host, or take it back; None where it is nothing, or more than the wallet can bear."""
    if not due:
        return None
    try:
        return ledger.share(wallet=wallet, amount=due, reference=reference, made_by=BY, at=at)
    except Refusal as refusal:
        if refusal.code != "insufficient_balance":
            raise
        return None
