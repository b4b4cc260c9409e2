"""The demo's bank as people see it: a page with a QR, one for cards without any numbers, and buttons."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from billing.payments.bank import callbacks, desk
from billing.payments.bank.gate import only_in_demo
from billing.payments.bank.models import SandboxInvoice
from billing.payments.bank.shop import as_json, page_of
from drivepower.core.money import plain

State = SandboxInvoice.State


def told(tell: Callable[[SandboxInvoice], None]) -> Callable[..., None]:
    """An act that changes nothing at the bank: it only calls the shop."""

    def act(invoice_id: int, *, at: datetime) -> None:
        tell(SandboxInvoice.objects.get(pk=invoice_id))

    return act


ACTS: dict[str, Callable[..., Any]] = {
    "pay": partial(desk.decide, state=State.PAID),
    "decline": partial(desk.decide, state=State.DECLINED),
    "run-out": partial(desk.decide, state=State.EXPIRED),
    "pay-late": desk.pay_late,
    "pay-twice": desk.pay_twice,
    "pay-again": desk.pay_again,
    "reverse-part": partial(desk.reverse, parts=2),
    "reverse": partial(desk.reverse, parts=1),
    "call-often": told(callbacks.repeat_calls),
    "call-in-disorder": told(callbacks.call_in_disorder),
}


@only_in_demo
@require_GET
def show_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The page that the QR opens."""
    invoice = get_object_or_404(SandboxInvoice, public_id=public_id)
    drawing = segno.make(page_of(invoice), error="m").svg_inline(border=2, omitsize=True)
    drawn = mark_safe(drawing)  # noqa: S308  # drawn by us
    return render(request, "billing/bank/invoice.html", shown(invoice) | {"qr": drawn})


@only_in_demo
@require_GET
def show_card_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The page for cards: each button is a card, and no number is ever asked for."""
    invoice = get_object_or_404(SandboxInvoice, public_id=public_id)
    return render(request, "billing/bank/card.html", shown(invoice) | {"by_card": True})


def shown(invoice: SandboxInvoice) -> dict[str, Any]:
    """What both pages say."""
    written = partial(plain, currency=invoice.currency)
    back = desk.returned(invoice)
    rows = [(row.get_kind_display(), written(row.amount), row.name) for row in invoice.movements.order_by("id")]
    return {
        "invoice": invoice,
        "base": reverse("bank-page", args=[invoice.public_id]),
        "amount": written(invoice.amount),
        "standing": desk.standing(invoice, at=timezone.now()).value,
        "left": written(invoice.amount - back) if back < invoice.amount else "",
        "movements": rows,
    }


@only_in_demo
@require_POST
def act(request: HttpRequest, public_id: uuid.UUID, name: str) -> HttpResponse:
    """A button: 409 where the invoice does not stand so that it could be done; browsers go back to the page."""
    if name not in ACTS:
        raise Http404
    invoice = get_object_or_404(SandboxInvoice, public_id=public_id)
    status = 200
    try:
        ACTS[name](invoice.pk, at=timezone.now())
    except desk.BankRefuses:
        status = 409
    if "text/html" in request.headers.get("Accept", ""):
        return redirect("bank-card-page" if request.POST.get("from") == "card" else "bank-page", public_id)
    invoice.refresh_from_db()
    return JsonResponse(as_json(invoice), status=status)
