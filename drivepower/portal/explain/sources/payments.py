"""How the money of several sessions moved: as `money` reads it of one, in as many queries however many they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Q

from accounts.named import with_names
from billing.models import Adjustment, Debt, Hold, Receipt, TopUp, Transfer, Wallet
from charging.models import Session, Settlement
from drivepower.portal.explain import scope as scopes
from drivepower.portal.explain.facts import Money
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.shapes import HOLD, TRANSFER
from drivepower.portal.explain.sources.bounded import bounded, grouped
from drivepower.portal.explain.sources.money import AROUND, MOST, beside

Paid = Mapping[int, Sequence[Session]]


@dataclass(frozen=True)
class Rows:
    """What a reader may see of rows, by the sessions that they are of, and never more than `most`."""

    reader: Reader
    left: set[str]
    most: int

    def read(self, asked: Any, right: str, whose: Callable[[Any], int], kind: str = TRANSFER) -> dict[int, list[Any]]:
        """The rows of each session; one query."""
        found = self.reader.rows(asked, right)
        if found is None:
            return {}
        rows = found.order_by("id")[: self.most + 1]
        return grouped(bounded(rows, most=self.most, name=kind, left=self.left), whose)


def read(sessions: Sequence[Session], scope: Scope, reader: Reader, left: set[str]) -> dict[int, Money]:
    """All of it that this reader may see, by the sessions' keys."""
    keys, paid = {one.subject: one.pk for one in sessions}, payers(sessions)
    read, near = Rows(reader, left, MOST * len(sessions)).read, partial(by_payer, paid=paid, reader=reader)

    def own(row: Any) -> int:
        return keys[row.subject]

    def asked(row: Adjustment) -> int:
        return keys.get(about(row)) or near(row)

    named = Q(subject__in=list(keys))
    holds = Hold.objects.filter(named).select_related("wallet")
    transfers = Transfer.objects.filter(named).select_related("source", "target")
    receipts = Receipt.objects.filter(named).select_related("corrects").prefetch_related("lines")
    debts = Debt.objects.filter(named, wallet__in=list(paid)).select_related("wallet")
    settlements = Settlement.objects.filter(session__in=list(keys.values()))
    found = {
        "holds": read(holds, "billing.view_hold", own, HOLD),
        "transfers": read(transfers, "billing.view_transfer", own),
        "others": read(beside(list(paid), *scope.window), "billing.view_transfer", near),
        "receipts": read(receipts, "billing.view_receipt", own),
        "debts": read(debts, "billing.view_debt", own),
        "adjustments": read(adjustments(keys, paid, scope), "billing.view_adjustment", asked),
        "top_ups": read(top_ups(paid, scope), "billing.view_topup", near),
        "settlements": read(settlements, "charging.view_settlement", lambda one: one.session_id),
    }
    return {one.pk: Money(**{name: of.get(one.pk, ()) for name, of in found.items()}) for one in sessions}


def payers(sessions: Sequence[Session]) -> dict[int, list[Session]]:
    """The wallets of who pays, each with the sessions that it pays for; a company before its driver."""
    companies = {one.company_id for one in sessions if one.company_id}
    drivers = {one.driver_id for one in sessions if one.driver_id and not one.company_id}
    wallets = Wallet.objects.filter(Q(company__in=companies) | Q(user__in=drivers))
    found: dict[int, list[Session]] = {}
    for key, company, driver in wallets.values_list("pk", "company", "user"):
        own = [one for one in sessions if (one.company_id == company if company else one.driver_id == driver)]
        found[key] = [one for one in own if company or not one.company_id]
    return found


def by_payer(row: Any, *, paid: Paid, reader: Reader) -> int:
    """The session of its payer next to which it was, by the time that the session's own page tells; 0 for none."""
    ends = [row.source_id, row.target_id] if isinstance(row, Transfer) else [row.wallet_id]
    at = row.asked_at if isinstance(row, Adjustment) else row.made_at
    if isinstance(row, Transfer) and row.reverses is not None:  # what a wallet owes moved between others
        ends.append(row.reverses.target_id)
    for session in (session for end in ends for session in paid.get(end, ())):
        own = scopes.of_session(session, at=reader.at)
        if own.since - AROUND <= at <= own.until + AROUND:
            return session.pk
    return 0


def top_ups(paid: Paid, scope: Scope) -> Any:
    """What drivers who pay themselves tried to pay; what was begun before that time may come in it."""
    own = [key for key, sessions in paid.items() if not any(one.company_id for one in sessions)]
    inside = Q(made_at__gte=scope.since - AROUND, made_at__lte=scope.until)
    return TopUp.objects.filter(inside, wallet__in=own).select_related("wallet", "transfer")


def adjustments(keys: Mapping[str, int], paid: Paid, scope: Scope) -> Any:
    """Refunds of their charges, debts of them that were forgiven, and what else was asked for the payers' wallets in
    that time, with who asked and who decided."""
    named = Q(refunds__subject__in=list(keys)) | Q(forgives__subject__in=list(keys))
    named |= Q(refunds=None, forgives=None, asked_at__gte=scope.since - AROUND, asked_at__lte=scope.until)
    rows = Adjustment.objects.filter(named, wallet__in=list(paid)).select_related("wallet", "refunds", "forgives")
    return with_names(rows, by="asked_by", decider="decided_by")


def about(adjustment: Adjustment) -> str:
    """The subject of what it gives back or forgives."""
    named = adjustment.refunds or adjustment.forgives
    return named.subject if named is not None else ""
