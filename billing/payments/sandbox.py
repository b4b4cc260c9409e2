"""The client of the demo's bank: real HTTP to another part of the house, as it would be to any provider."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone

from billing.payments import doubles, told
from billing.payments.names import name_in
from billing.payments.protocol import (
    Callback,
    Invoice,
    Order,
    ProviderAway,
    ProviderRefuses,
    ProviderTrouble,
    SentBack,
    Standing,
    Status,
)
from drivepower.core.money import plain

TIMEOUT_SECONDS = 5.0
STANDINGS = {"open": Standing.OPEN, "paid": Standing.PAID, "declined": Standing.REFUSED, "expired": Standing.REFUSED}
# What the bank answers when it has understood and does not do it.
REFUSALS = (400, 409)


class Sandbox:
    """Speaks JSON to the bank at SANDBOX_BANK_URL."""

    def create_invoice(self, *, order: Order) -> Invoice:
        """Make an invoice; the QR holds the address of the bank's page."""
        if not settings.DEMO_MODE and settings.SANDBOX_BANK_URL.startswith(settings.PUBLIC_URL):
            raise ProviderRefuses("the sandbox's bank opens with DEMO_MODE only; choose another provider")
        wanted = {
            "order": order.reference,
            "amount": plain(order.amount, order.currency),
            "currency": order.currency,
            "about": order.about,
            "return_url": f"{settings.PUBLIC_URL}/payment/done",
        }
        answer = ask("POST", "/invoices", wanted)
        try:
            return Invoice(reference=str(answer["invoice"]), qr_code=str(answer["page"]), pay_url=str(answer["page"]))
        except KeyError as error:
            raise ProviderTrouble(f"the bank's invoice has no {error}") from error

    def fetch_status(self, *, invoice: str) -> Status:
        """Ask the bank about an invoice of its own."""
        try:
            answer = ask("GET", f"/invoices/{invoice}/status")
        except ProviderRefuses as refusal:
            raise ProviderTrouble(str(refusal)) from refusal
        if (again := answer.get("again")) and isinstance(again, list):
            payments = {str(name): None for name in again}
            first = str(answer.get("transaction"))
            doubles.report(provider="sandbox", invoice=invoice, first=first, payments=payments, at=timezone.now())
        return status_in(answer)

    def parse_callback(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> Callback:
        """The invoice and the order that the bank names; what else it says is not looked at."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            return Callback()
        return Callback(invoice=name_in(said, "invoice"), order=name_in(said, "order"))

    def refund(self, *, invoice: str, amount: Decimal, currency: str, key: str) -> SentBack:
        """Send money back; the bank does the same key once."""
        answer = ask("POST", f"/invoices/{invoice}/refunds", {"amount": plain(amount, currency), "key": key})
        if not name_in(answer, "refund"):
            raise ProviderTrouble("the bank's refund has no name")
        return SentBack(reference=name_in(answer, "refund"), done=answer.get("status", "done") == "done")


def status_in(answer: dict[str, Any]) -> Status:
    """The bank's answer as we know it; ProviderTrouble where it cannot be read."""
    try:
        back = Decimal(str(answer.get("returned", "0")))
        return Status(
            standing=STANDINGS[answer["status"]],
            amount=Decimal(str(answer["amount"])),
            currency=str(answer["currency"]),
            transaction=str(answer["transaction"]),
            reversed_amount=back if back.is_finite() else Decimal(0),
        )
    except (KeyError, TypeError, InvalidOperation) as error:
        raise ProviderTrouble(f"the bank's status cannot be read: {error!r}") from error


def ask(method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    """One request to the bank; ProviderTrouble for everything but a JSON object with a status of success.

    ProviderAway when no answer came at all, ProviderRefuses when the bank says no.
    """
    try:
        answer = httpx.request(method, settings.SANDBOX_BANK_URL + path, json=body, timeout=TIMEOUT_SECONDS)
        told.answered(answer.text)
        if answer.status_code in REFUSALS:
            raise ProviderRefuses(f"the bank refuses: {answer.text[:200]}")
        answer.raise_for_status()
        said = answer.json()
    except httpx.TransportError as error:
        raise ProviderAway(f"the bank does not answer: {error!r}") from error
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderTrouble(f"the bank's answer is of no use: {error!r}") from error
    if not isinstance(said, dict):
        raise ProviderTrouble("the bank's answer is no object")
    return said
