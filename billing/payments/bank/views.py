"""The demo's bank as shops and people see it: JSON for the shop, a page with a QR and two buttons for people."""

import json
import uuid
from decimal import Decimal, InvalidOperation

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from billing.payments.bank.callbacks import call_back_after_commit
from billing.payments.bank.gate import only_in_demo
from billing.payments.bank.models import SandboxInvoice
from drivepower.core.money import exponent, plain

State = SandboxInvoice.State
LARGEST = Decimal(10**9)


@only_in_demo
@require_POST
def create_invoice(request: HttpRequest) -> HttpResponse:
    """A shop asks for an invoice: {order, amount, currency}."""
    try:
        invoice = wanted_invoice(json.loads(request.body))
    except (ValueError, TypeError, KeyError, InvalidOperation, RecursionError):
        return JsonResponse({"error": "order, amount and currency are needed"}, status=400)
    invoice.save()
    return JsonResponse({"invoice": str(invoice), "page": page_of(invoice)}, status=201)


def wanted_invoice(wanted: dict[str, str]) -> SandboxInvoice:
    """The invoice that a shop describes, not saved yet; ValueError for what the bank does not take."""
    order, currency, amount = wanted["order"], wanted["currency"], Decimal(wanted["amount"])
    if len(order) > 80 or len(currency) != 3:
        raise ValueError("an order or a currency of another length")
    if not 0 < amount < LARGEST or amount != round(amount, exponent(currency)):
        raise ValueError("not an amount")
    return SandboxInvoice(order=order, amount=amount, currency=currency, made_at=timezone.now())


def page_of(invoice: SandboxInvoice) -> str:
    """Where a person pays it."""
    return f"{settings.SANDBOX_BANK_URL}/invoices/{invoice}"


@only_in_demo
@require_GET
def show_status(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A shop asks where its invoice stands."""
    return as_json(get_object_or_404(SandboxInvoice, public_id=public_id))


def standing(invoice: SandboxInvoice) -> str:
    """Its state in a word; an open one ends by itself."""
    over = invoice.state == State.OPEN and timezone.now() >= invoice.expires_at
    return "expired" if over else str(invoice.state)


def as_json(invoice: SandboxInvoice, *, status: int = 200) -> JsonResponse:
    """The invoice as shops see it."""
    answer = {
        "invoice": str(invoice),
        "status": standing(invoice),
        "amount": plain(invoice.amount, invoice.currency),
        "currency": invoice.currency,
        "transaction": invoice.transaction,
    }
    return JsonResponse(answer, status=status)


@only_in_demo
@require_GET
def show_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The page that the QR opens."""
    invoice = get_object_or_404(SandboxInvoice, public_id=public_id)
    drawing = segno.make(page_of(invoice), error="m").svg_inline(border=2, omitsize=True)
    context = {
        "invoice": invoice,
        "amount": plain(invoice.amount, invoice.currency),
        "standing": standing(invoice),
        "qr": mark_safe(drawing),  # noqa: S308  # drawn by us
    }
    return render(request, "billing/bank/invoice.html", context)


@only_in_demo
@require_POST
def pay(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A person pays."""
    return decide(request, public_id, State.PAID, transaction=f"SB-{uuid.uuid4().hex[:16].upper()}")


@only_in_demo
@require_POST
def decline(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A person declines."""
    return decide(request, public_id, State.DECLINED, transaction="")


def decide(request: HttpRequest, public_id: uuid.UUID, state: State, *, transaction: str) -> HttpResponse:
    """Close an open invoice and tell the shop; 409 for one that was decided otherwise or whose time is over."""
    invoice = get_object_or_404(SandboxInvoice, public_id=public_id)
    if standing(invoice) == State.OPEN:
        still_open = SandboxInvoice.objects.filter(pk=invoice.pk, state=State.OPEN)
        moved = still_open.update(state=state, transaction=transaction, decided_at=timezone.now())
        invoice.refresh_from_db()
        if moved:
            call_back_after_commit(invoice)
    if "text/html" in request.headers.get("Accept", ""):
        return redirect(page_of(invoice))
    return as_json(invoice, status=200 if invoice.state == state else 409)
