"""Transfers, top-ups and adjustments for staff."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.doors import ExportView, as_file, asked, for_staff, read
from accounts.staff import StaffView
from billing import adjustments
from billing.models import Adjustment, TopUp, Transfer, Wallet
from billing.operator.forms import AdjustmentSearch, MoneyForm, TopUpSearch, TransferSearch, of
from billing.operator.narrowing import of_row, of_wallet
from billing.operator.shapes import OperatorAdjustment, OperatorTopUp, OperatorTransfer, owner_of
from billing.operator.wallets import ASKED, AskView
from drivepower.core.exports import Columns
from drivepower.core.idempotency import Idempotent
from drivepower.core.refusals import Refusal

DECIDED: dict[str, Any] = {
    "answer": {"adjustment": OperatorAdjustment()},
    "name": "OperatorAdjustmentShown",
    "errors": ["adjustment_not_found", "already_decided", "insufficient_balance"],
    "idempotent": True,
}
COLUMNS: Columns[Transfer] = {
    "id": lambda transfer: transfer.public_id,
    "made_at": lambda transfer: transfer.made_at,
    "kind": lambda transfer: transfer.kind,
    "amount": lambda transfer: transfer.amount,
    "currency": lambda transfer: transfer.source.currency,
    "source_kind": lambda transfer: owner_of(transfer.source)["kind"],
    "source": lambda transfer: owner_of(transfer.source)["name"],
    "target_kind": lambda transfer: owner_of(transfer.target)["kind"],
    "target": lambda transfer: owner_of(transfer.target)["name"],
    "subject": lambda transfer: transfer.subject,
    "reference": lambda transfer: transfer.reference,
}
BY_HAND: Columns[Transfer] = {
    "made_by": lambda transfer: transfer.made_by,
    "reason": lambda transfer: transfer.reason,
}


class TransfersView(StaffView):
    """/api/v1/operator/transfers"""

    rights = {"GET": "billing.view_transfer"}

    @for_staff("Transfers", rows=OperatorTransfer, query=TransferSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first."""
        return self.listed(found(self.person, asked(TransferSearch, request)), OperatorTransfer)


class TransfersFileView(ExportView):
    """/api/v1/operator/exports/transfers"""

    rights = {"GET": "billing.view_transfer"}

    @as_file("Transfers as CSV or XLSX", query=TransferSearch)
    def get(self, request: Request) -> HttpResponseBase:
        """All that the list would show."""
        columns = {**COLUMNS, **(BY_HAND if self.person.company is None else {})}
        return self.file(found(self.person, asked(TransferSearch, request)), columns, name="transfers")


class RefundView(AskView):
    """/api/v1/operator/transfers/{id}/refund"""

    rights = {"POST": "billing.add_adjustment"}

    @for_staff(
        "Give back a part or all of a charge",
        request=MoneyForm,
        errors=["transfer_not_found", "not_refundable", "refund_exceeds_charge"],
        **ASKED,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """To the wallet that paid it; a large one waits for a second person."""
        rows = Transfer.objects.seen_by(self.person).select_related("source", "target")
        transfer = rows.filter(public_id=public_id).first()
        if transfer is None:
            raise Refusal("transfer_not_found", "There is no such transfer.")
        said = read(MoneyForm, request.data)
        return self.ask(adjustments.ask_refund, transfer=transfer, amount=of(said), reason=said["reason"])


class TopUpsView(StaffView):
    """/api/v1/operator/top-ups"""

    rights = {"GET": "billing.view_topup"}

    @for_staff("Top-ups", rows=OperatorTopUp, query=TopUpSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first."""
        said = asked(TopUpSearch, request)
        rows = TopUp.objects.seen_by(self.person).select_related("wallet__user", "wallet__company")
        return self.listed(rows.filter(of_row(said), of_wallet(said, "wallet__")), OperatorTopUp)


class SendBackView(AskView):
    """/api/v1/operator/top-ups/{id}/send-back"""

    rights = {"POST": "billing.add_paymentrefund"}
    atomic_answer = False  # the provider is asked

    @for_staff(
        "Send a payment back",
        request=MoneyForm,
        errors=["top_up_not_found", "not_refundable", "refund_exceeds_payment", "insufficient_balance"],
        **ASKED,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The way it came; a large one waits for a second person."""
        rows = TopUp.objects.seen_by(self.person).select_related("wallet")
        top_up = rows.filter(public_id=public_id).first()
        if top_up is None:
            raise Refusal("top_up_not_found", "There is no such top-up.")
        said = read(MoneyForm, request.data)
        return self.ask(adjustments.ask_to_send_back, top_up=top_up, amount=of(said), reason=said["reason"])


class AdjustmentsView(StaffView):
    """/api/v1/operator/adjustments"""

    rights = {"GET": "billing.view_adjustment"}

    @for_staff("Adjustments", rows=OperatorAdjustment, query=AdjustmentSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """What was booked by hand, and what waits for a second person (`state=asked`)."""
        said = asked(AdjustmentSearch, request)
        rows = Adjustment.objects.seen_by(self.person).select_related("wallet")
        named = {"state": "state", "kind": "kind", "wallet__public_id": "wallet"}
        wanted = {column: said[name] for column, name in named.items() if said.get(name)}
        return self.listed(rows.filter(**wanted), OperatorAdjustment)


class DecideView(Idempotent, StaffView):
    """A POST by which a second person decides."""

    rights = {"POST": "billing.change_adjustment"}
    house_only = frozenset({"POST"})
    atomic_answer = False  # a payment that goes back is asked of its provider

    def decide(self, verb: Callable[..., Adjustment], public_id: UUID) -> Response:
        """Carry out the verb on what waits."""
        waiting = Adjustment.objects.seen_by(self.person).select_related("wallet").filter(public_id=public_id).first()
        if waiting is None:
            raise Refusal("adjustment_not_found", "There is no such adjustment.")
        verb(adjustment=waiting, decided_by=self.by, at=timezone.now())
        waiting.refresh_from_db()
        return Response({"success": True, "adjustment": OperatorAdjustment(waiting).data})


class ApproveView(DecideView):
    """/api/v1/operator/adjustments/{id}/approve"""

    @for_staff("Approve an adjustment", **DECIDED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Book it; access_denied to whoever asked for it."""
        return self.decide(adjustments.approve, public_id)


class RefuseView(DecideView):
    """/api/v1/operator/adjustments/{id}/refuse"""

    @for_staff("Refuse an adjustment", **DECIDED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Let it not happen; access_denied to whoever asked for it."""
        return self.decide(adjustments.refuse, public_id)


def found(person: User, said: Mapping[str, Any]) -> "QuerySet[Transfer]":
    """What the filters leave of the transfers that this person may see; of an owner, both ways."""
    rows = Transfer.objects.seen_by(person)
    rows = rows.select_related("source__user", "source__company", "target__user", "target__company")
    return rows.filter(of_row(said), between(said))


def between(said: Mapping[str, Any]) -> Q:
    """Either way of an owner's wallets, by their keys: through joins every transfer would be looked at."""
    if not (said.get("driver") or said.get("company")):
        return of_wallet(said, "source__")  # both ends have one currency
    theirs = list(Wallet.objects.filter(of_wallet(said, "")).values_list("pk", flat=True))
    return Q(source__in=theirs) | Q(target__in=theirs)
