"""A receipt as its owner sees it."""

import uuid
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.person import driver_of
from billing.models import Receipt, ReceiptLine
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal


class ReceiptDetail(APIView):
    """GET /api/v1/receipts/{public_id}."""

    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """The receipt with its lines; receipt_not_found for everyone else's."""
        mine = (
            Receipt.objects.filter(wallet__user=driver_of(request)).select_related("corrects").prefetch_related("lines")
        )
        receipt = mine.filter(public_id=public_id).first()
        if receipt is None:
            raise Refusal("receipt_not_found", "There is no such receipt.")
        return Response({"success": True, **as_receipt(receipt)})


def as_receipt(receipt: Receipt) -> dict[str, Any]:
    """A receipt with amounts as text in its currency."""
    amounts = {name: plain(getattr(receipt, name), receipt.currency) for name in ("net", "tax", "gross")}
    return {
        "id": str(receipt.public_id),
        "number": receipt.full_number,
        "kind": receipt.kind,
        "corrects": receipt.corrects and receipt.corrects.full_number,
        "made_at": receipt.made_at,
        "currency": receipt.currency,
        **amounts,
        "tax_name": receipt.tax_name,
        "tax_percent": str(receipt.tax_percent),
        "lines": [as_line(line, receipt.currency) for line in sorted(receipt.lines.all(), key=position)],
    }


def position(line: ReceiptLine) -> int:
    """Where a line stands."""
    return line.position


def as_line(line: ReceiptLine, currency: str) -> dict[str, Any]:
    """A line; energy in kWh, time in seconds, fees in pieces; the unit price is per kWh, minute or piece."""
    amounts = {name: plain(getattr(line, name), currency) for name in ("net", "tax", "gross")}
    in_kwh = line.unit == "Wh"
    return {
        "dimension": line.dimension,
        "rule": line.rule_name,
        "from": line.starts_at,
        "until": line.ends_at,
        "quantity": float(line.quantity / 1000 if in_kwh else line.quantity),
        "unit": "kWh" if in_kwh else line.unit,
        "unit_price": str(line.unit_price),
        **amounts,
    }
