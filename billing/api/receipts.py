"""A receipt as its owner sees it: JSON for programs, with sentences for people, or PDF."""

import uuid
from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.papers import PdfRenderer, language_of
from billing.api.person import driver_of
from billing.api.shapes import ReceiptShape
from billing.fiscal.told import told
from billing.models import Receipt, ReceiptLine
from billing.receipts.why import lines_of, why
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented

IN_LANGUAGE = OpenApiParameter("language", enum=[code for code, _name in settings.LANGUAGES])
AS_PDF = OpenApiParameter("format", enum=["json", "pdf"], description="Or ask by Accept.")


class ReceiptDetail(APIView):
    """GET /api/v1/receipts/{public_id}."""

    renderer_classes = [JSONRenderer, PdfRenderer]

    @documented(
        "A receipt",
        answer=ReceiptShape,
        errors=["receipt_not_found"],
        parameters=[IN_LANGUAGE, AS_PDF],
        other={(200, PdfRenderer.media_type): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """The receipt with its lines; receipt_not_found for everyone else's, those of a company included."""
        mine = Receipt.objects.filter(wallet__user=driver_of(request)).select_related(
            "corrects", "wallet__user", "fiscal_document"
        )
        receipt = mine.prefetch_related("lines").filter(public_id=public_id).first()
        if receipt is None:
            raise Refusal("receipt_not_found", "There is no such receipt.")
        language = language_of(request)
        with translation.override(language):
            if request.accepted_renderer.format == PdfRenderer.format:
                return as_file(receipt, language)
            return Response({"success": True, **as_receipt(receipt)}, headers={"Content-Language": language})

    def handle_exception(self, exc: Exception) -> Response:
        """Whatever was asked for, what went wrong is told as JSON."""
        self.request.accepted_renderer, self.request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        return super().handle_exception(exc)


def as_file(receipt: Receipt, language: str) -> Response:
    """The receipt as a PDF that is called like it."""
    # Whoever never prints (gateways, workers) does not carry the printer.
    from billing.receipts import pdf

    name = pdf.file_name(receipt, language)
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Content-Language": language}
    return Response(pdf.pdf_of(receipt), headers=headers)


def as_receipt(receipt: Receipt) -> dict[str, Any]:
    """A receipt with amounts as text in its currency; `why` is in the language in force."""
    lines = lines_of(receipt)
    amounts = {name: plain(getattr(receipt, name), receipt.currency) for name in ("net", "tax", "gross")}
    return {
        "id": str(receipt.public_id),
        "number": receipt.full_number,
        "kind": receipt.kind,
        "corrects": receipt.corrects and receipt.corrects.full_number,
        "reason": receipt.reason,
        "about": receipt.about,
        "made_at": receipt.made_at,
        "time_zone": receipt.time_zone,
        "currency": receipt.currency,
        **amounts,
        "subject_gross": plain(receipt.subject_gross, receipt.currency),
        "tax_name": receipt.tax_name,
        "tax_percent": str(receipt.tax_percent),
        "lines": [as_line(line, receipt.currency) for line in lines],
        "why": why(receipt, lines),
        "fiscal": told(receipt),
    }


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
        "tax_percent": str(line.tax_percent),
        **amounts,
    }
