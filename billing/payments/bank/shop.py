"""The demo's bank as shops see it: JSON."""

import json
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from billing.payments.bank import desk
from billing.payments.bank.gate import only_in_demo
from billing.payments.bank.models import SandboxInvoice, SandboxMovement
from drivepower.core.money import exponent, plain

LARGEST = Decimal(10**9)
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, InvalidOperation, RecursionError)


@only_in_demo
@require_POST
def create_invoice(request: HttpRequest) -> HttpResponse:
    """A shop asks for an invoice: {order, amount, currency, about, return_url}; the last two may be missing."""
    try:
        invoice = wanted_invoice(json.loads(request.body))
    except UNREADABLE:
        return JsonResponse({"error": "order, amount and currency are needed"}, status=400)
    invoice.save()
    return JsonResponse({"invoice": str(invoice), "page": page_of(invoice)}, status=201)


def wanted_invoice(wanted: dict[str, str]) -> SandboxInvoice:
    """The invoice that a shop describes, not saved yet; ValueError for what the bank does not take."""
    order, currency, about = wanted["order"], wanted["currency"], wanted.get("about", "")
    back = wanted.get("return_url", "")
    if len(order) > 80 or len(currency) != 3 or len(about) > 200 or len(back) > 500:
        raise ValueError("an order, a currency or a line of another length")
    if back and urlsplit(back).scheme not in ("http", "https"):
        raise ValueError("not an address to lead people to")
    amount = wanted_amount(wanted["amount"], currency)
    return SandboxInvoice(
        order=order, amount=amount, currency=currency, about=about, return_url=back, made_at=timezone.now()
    )


def wanted_amount(text: Any, currency: str) -> Decimal:
    """An amount in that currency; ValueError for what is none."""
    amount = Decimal(text) if isinstance(text, str) else Decimal(0)
    if not 0 < amount < LARGEST or amount != round(amount, exponent(currency)):
        raise ValueError("not an amount")
    return amount


def page_of(invoice: SandboxInvoice) -> str:
    """Where a person pays it."""
    return f"{settings.SANDBOX_BANK_URL}/invoices/{invoice}"


@only_in_demo
@require_GET
def show_status(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A shop asks where its invoice stands."""
    return JsonResponse(as_json(get_object_or_404(SandboxInvoice, public_id=public_id)))


def as_json(invoice: SandboxInvoice) -> dict[str, Any]:
    """The invoice as shops see it; `again` are further payments of it."""
    again = invoice.movements.filter(kind=SandboxMovement.Kind.AGAIN).order_by("id")
    return {
        "invoice": str(invoice),
        "order": invoice.order,
        "status": desk.standing(invoice, at=timezone.now()).value,
        "amount": plain(invoice.amount, invoice.currency),
        "currency": invoice.currency,
        "transaction": invoice.transaction,
        "returned": plain(desk.returned(invoice), invoice.currency),
        "again": list(again.values_list("name", flat=True)),
    }


@only_in_demo
@require_POST
def refund(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A shop sends money back: {amount, key}; 409 and a sentence where the bank refuses."""
    invoice = get_object_or_404(SandboxInvoice, public_id=public_id)
    try:
        wanted = json.loads(request.body)
        amount, key = wanted_amount(wanted["amount"], invoice.currency), wanted["key"]
        if not 0 < len(key) <= 80:
            raise ValueError("not a key")
    except UNREADABLE:
        return JsonResponse({"error": "amount and key are needed"}, status=400)
    try:
        made = desk.refund(invoice.pk, amount=amount, key=key, at=timezone.now())
    except desk.BankRefuses as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    return JsonResponse({"refund": made.name})
