"""Receipts for staff."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.doors import ExportView, as_file, asked, for_staff
from accounts.staff import StaffView
from billing.api.receipts import as_line
from billing.api.shapes import FiscalShape
from billing.fiscal.told import told
from billing.models import Receipt
from billing.operator.forms import ReceiptSearch
from billing.operator.narrowing import of_row, of_wallet
from billing.operator.shapes import OperatorReceipt, owner_of
from billing.receipts.why import lines_of, why
from drivepower.core.exports import Columns
from drivepower.core.refusals import Refusal

COLUMNS: Columns[Receipt] = {
    "id": lambda receipt: receipt.public_id,
    "number": lambda receipt: receipt.full_number,
    "made_at": lambda receipt: receipt.made_at,
    "kind": lambda receipt: receipt.kind,
    "owner_kind": lambda receipt: owner_of(receipt.wallet)["kind"] if receipt.wallet else "",
    "owner": lambda receipt: owner_of(receipt.wallet)["name"] if receipt.wallet else "",
    "subject": lambda receipt: receipt.subject,
    "about": lambda receipt: receipt.about,
    "net": lambda receipt: receipt.net,
    "tax": lambda receipt: receipt.tax,
    "gross": lambda receipt: receipt.gross,
    "currency": lambda receipt: receipt.currency,
    "tax_name": lambda receipt: receipt.tax_name,
    "tax_percent": lambda receipt: receipt.tax_percent,
    "reason": lambda receipt: receipt.reason,
}


class Line(serializers.Serializer[Any]):
    """One line: energy in kWh, time in seconds, fees in pieces."""

    dimension = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    quantity = serializers.FloatField()
    unit = serializers.CharField()
    unit_price = serializers.CharField()
    tax_percent = serializers.CharField()
    net = serializers.CharField()
    tax = serializers.CharField()
    gross = serializers.CharField()
    until = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language, and cannot be written as a field."""
        return {**super().get_fields(), "from": serializers.DateTimeField()}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """As drivers see it."""
        return as_line(instance, instance.receipt.currency)


class ReceiptWhole(OperatorReceipt):
    """A receipt with its lines and why it cost that."""

    lines = Line(many=True)
    why = serializers.ListField(child=serializers.CharField())
    fiscal = FiscalShape(allow_null=True)


class ReceiptsView(StaffView):
    """/api/v1/operator/receipts"""

    rights = {"GET": "billing.view_receipt"}

    @for_staff("Receipts", rows=OperatorReceipt, query=ReceiptSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first; staff of a company see what it pays for."""
        return self.listed(found(self.person, asked(ReceiptSearch, request)), OperatorReceipt)


class ReceiptView(StaffView):
    """/api/v1/operator/receipts/{id}"""

    rights = {"GET": "billing.view_receipt"}

    @for_staff(
        "One receipt", answer={"receipt": ReceiptWhole()}, name="OperatorReceiptShown", errors=["receipt_not_found"]
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """With its lines, and in sentences why it cost that."""
        rows = found(self.person, {}).select_related("corrects", "fiscal_document").prefetch_related("lines__receipt")
        receipt = rows.filter(public_id=public_id).first()
        if receipt is None:
            raise Refusal("receipt_not_found", "There is no such receipt.")
        lines = lines_of(receipt)
        whole = {"lines": Line(lines, many=True).data, "why": why(receipt, lines), "fiscal": told(receipt)}
        return Response({"success": True, "receipt": {**OperatorReceipt(receipt).data, **whole}})


class ReceiptsFileView(ExportView):
    """/api/v1/operator/exports/receipts"""

    rights = {"GET": "billing.view_receipt"}

    @as_file("Receipts as CSV or XLSX", query=ReceiptSearch)
    def get(self, request: Request) -> HttpResponseBase:
        """All that the list would show."""
        return self.file(found(self.person, asked(ReceiptSearch, request)), COLUMNS, name="receipts")


def found(person: User, said: Mapping[str, Any]) -> "QuerySet[Receipt]":
    """What the filters leave of the receipts that this person may see."""
    rows = Receipt.objects.seen_by(person).select_related("wallet__user", "wallet__company")
    by_owner = {name: said[name] for name in ("driver", "company") if said.get(name)}
    rows = rows.filter(of_row(said), of_wallet(by_owner, "wallet__"))
    return rows.filter(currency=said["currency"]) if said.get("currency") else rows
