"""How a session's money moved, each part for who may see it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.named import with_names
from billing.models import Adjustment, Debt, Hold, Receipt, TopUp, Transfer, Wallet
from charging.models import Session, Settlement
from drivepower.portal.explain.facts import Money
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.shapes import HOLD, TRANSFER
from drivepower.portal.explain.sources.bounded import bounded

MOST = 100
# A driver tops up a little before a charge, or because it failed.
AROUND = timedelta(hours=1)
Kind = Transfer.Kind
BESIDE = (Kind.OPENING, Kind.PAYOUT, Kind.SHARE, Kind.ADJUSTMENT, Kind.REVERSAL)


def read(scope: Scope, reader: Reader, left: set[str]) -> Money:
    """All of it that this reader may see."""
    session = scope.session
    if session is None:
        return Money()
    subject = session.subject

    def rows(asked: Any, permission: str, kind: str = TRANSFER) -> list[Any]:
        found = reader.rows(asked, permission)
        return [] if found is None else bounded(found.order_by("id")[: MOST + 1], most=MOST, name=kind, left=left)

    transfers = Transfer.objects.filter(subject=subject).select_related("source", "target")
    receipts = Receipt.objects.filter(subject=subject).select_related("corrects").prefetch_related("lines")
    return Money(
        holds=rows(Hold.objects.filter(subject=subject).select_related("wallet"), "billing.view_hold", HOLD),
        transfers=rows(transfers, "billing.view_transfer"),
        others=rows(others(scope, session), "billing.view_transfer"),
        receipts=rows(receipts, "billing.view_receipt"),
        debts=rows(debts(session), "billing.view_debt"),
        adjustments=rows(adjustments(scope, session), "billing.view_adjustment"),
        top_ups=rows(top_ups(scope, session), "billing.view_topup"),
        settlements=rows(Settlement.objects.filter(session=session), "charging.view_settlement"),
    )


def owner(session: Session, path: str = "wallet__") -> Q:
    """Wallets of who pays for the session: its index leads to everything that has none by subject."""
    if session.company_id:
        return Q(**{f"{path}company": session.company_id})
    return Q(**{f"{path}user": session.driver_id}) if session.driver_id else Q(pk=None)


def others(scope: Scope, session: Session) -> Any:
    """What the payer was given, gave back or was paid out at that time, whatever charged."""
    own = list(Wallet.objects.filter(owner(session, "")).values_list("pk", flat=True))
    return beside(own, scope.since - AROUND, scope.until + AROUND)


def beside(wallets: Sequence[int], since: datetime, until: datetime) -> Any:
    """What moved in these wallets in that time beside charges and top-ups, by the indexes of both ends.

    Of a payment that went back a wallet owes what it could not give: that part moved between accounts of the house, and
    is found by its debt.
    """
    inside = Q(made_at__gte=since, made_at__lte=until)
    owed = Debt.objects.filter(wallet__in=wallets, made_at__gte=since, made_at__lte=until)
    gone = Q(subject__in=list(owed.values_list("subject", flat=True)[:MOST]), kind=Kind.REVERSAL)
    by_hand = Q(kind=Kind.TOP_UP) & ~Q(made_by="")
    touching = Q(source__in=wallets) | Q(target__in=wallets)
    found = Transfer.objects.filter(inside, (touching & (Q(kind__in=BESIDE) | by_hand)) | gone)
    return with_names(found.select_related("source", "target", "reverses"), by="made_by")


def subjects(found: Money) -> list[str]:
    """How alerts name the payments that are told here, and refunds of them."""
    named = {one.subject for one in found.top_ups}
    for one in found.others:
        named |= {one.subject, ":".join(one.reference.split(":")[:2])}
    return sorted(named)


def debts(session: Session) -> Any:
    """What the payer owes for it."""
    return Debt.objects.filter(owner(session), subject=session.subject).select_related("wallet")


def adjustments(scope: Scope, session: Session) -> Any:
    """Refunds of its charges, debts of it that were forgiven, and what else was asked for the payer's wallet at that
    time, with who asked and who decided."""
    about = Q(refunds__subject=session.subject) | Q(forgives__subject=session.subject)
    meanwhile = Q(asked_at__gte=scope.since - AROUND, asked_at__lte=scope.until + AROUND)
    about |= meanwhile & Q(refunds=None, forgives=None)
    rows = Adjustment.objects.filter(owner(session)).filter(about).select_related("wallet")
    return with_names(rows, by="asked_by", decider="decided_by")


def top_ups(scope: Scope, session: Session) -> Any:
    """What the driver tried to pay around that time."""
    if session.company_id:
        return TopUp.objects.none()
    inside = Q(made_at__gte=scope.since - AROUND, made_at__lte=scope.until + AROUND)
    return TopUp.objects.filter(owner(session), inside).select_related("wallet", "transfer")
