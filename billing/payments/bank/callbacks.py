"""The bank tells the shop: over real HTTP, once, after its own commit; a call that is lost stays lost."""

import threading

import httpx
import structlog
from django.conf import settings
from django.db import transaction

from billing.payments.bank.models import SandboxInvoice
from drivepower.core.money import plain

TIMEOUT_SECONDS = 5.0

log = structlog.stdlib.get_logger(__name__)


def call_back_after_commit(invoice: SandboxInvoice) -> None:
    """Send what became of an invoice to the shop's webhook, on a thread of its own."""
    address = f"{settings.PUBLIC_URL}/api/v1/payment/webhook/sandbox"
    message = {
        "invoice": str(invoice.public_id),
        "order": invoice.order,
        "status": invoice.state,
        "amount": plain(invoice.amount, invoice.currency),
        "currency": invoice.currency,
    }
    caller = threading.Thread(target=call_back, args=(address, message), name="sandbox-bank", daemon=True)
    transaction.on_commit(caller.start)


def call_back(address: str, message: dict[str, str]) -> None:
    """One POST; nobody waits for it."""
    try:
        httpx.post(address, json=message, timeout=TIMEOUT_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        log.info("sandbox bank was not heard", error=repr(error))
