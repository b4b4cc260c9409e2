"""The client of the demo's bank: real HTTP to another part of the house, as it would be to any provider."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx
from django.conf import settings

from billing.payments.protocol import Invoice, ProviderAway, ProviderTrouble, Standing, Status
from drivepower.core.money import plain

TIMEOUT_SECONDS = 5.0
STANDINGS = {"open": Standing.OPEN, "paid": Standing.PAID, "declined": Standing.REFUSED, "expired": Standing.REFUSED}


class Sandbox:
    """Speaks JSON to the bank at SANDBOX_BANK_URL."""

    def create_invoice(self, *, order: str, amount: Decimal, currency: str) -> Invoice:
        """Make an invoice; the QR holds the address of the bank's page."""
        wanted = {"order": order, "amount": plain(amount, currency), "currency": currency}
        answer = ask("POST", "/invoices", wanted)
        try:
            return Invoice(reference=str(answer["invoice"]), qr_code=str(answer["page"]), pay_url=str(answer["page"]))
        except KeyError as error:
            raise ProviderTrouble(f"the bank's invoice has no {error}") from error

    def fetch_status(self, *, invoice: str) -> Status:
        """Ask the bank about an invoice of its own."""
        answer = ask("GET", f"/invoices/{invoice}/status")
        try:
            return Status(
                standing=STANDINGS[answer["status"]],
                amount=Decimal(str(answer["amount"])),
                currency=str(answer["currency"]),
                transaction=str(answer["transaction"]),
            )
        except (KeyError, TypeError, InvalidOperation) as error:
            raise ProviderTrouble(f"the bank's status cannot be read: {error!r}") from error

    def parse_callback(self, *, body: bytes, headers: Mapping[str, str]) -> str | None:
        """The invoice that the bank names; what else it says is not looked at."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            return None
        invoice = said.get("invoice") if isinstance(said, dict) else None
        return invoice if isinstance(invoice, str) and 0 < len(invoice) <= 80 else None


def ask(method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    """One request to the bank; ProviderTrouble for everything but a JSON object with a status of success.

    ProviderAway when no answer came at all.
    """
    try:
        answer = httpx.request(method, settings.SANDBOX_BANK_URL + path, json=body, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        said = answer.json()
    except httpx.TransportError as error:
        raise ProviderAway(f"the bank does not answer: {error!r}") from error
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderTrouble(f"the bank's answer is of no use: {error!r}") from error
    if not isinstance(said, dict):
        raise ProviderTrouble("the bank's answer is no object")
    return said
