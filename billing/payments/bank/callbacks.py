"""The bank tells the shop: over real HTTP, once, after its own commit; a call that is lost stays lost."""

import threading
from typing import Any

import httpx
import structlog
from django.conf import settings
from django.db import transaction

from billing.payments.bank.models import SandboxInvoice
from drivepower.core.money import plain

TIMEOUT_SECONDS = 5.0
# How often a bank repeats itself when it is asked to be a nuisance.
REPEATS = 5

log = structlog.stdlib.get_logger(__name__)


def call_back_after_commit(invoice: SandboxInvoice, *, transaction_name: str = "") -> None:
    """Send what became of an invoice to the shop's webhook; the name is that of another payment of it."""
    send([message_of(invoice, invoice.state, transaction_name or invoice.transaction)])


def repeat_calls(invoice: SandboxInvoice) -> None:
    """Say the same thing several times."""
    send([message_of(invoice, invoice.state, invoice.transaction)] * REPEATS)


def call_in_disorder(invoice: SandboxInvoice) -> None:
    """Say how it stands, and then, late, what was true before: that it is open, and that it was declined."""
    stale = [message_of(invoice, state, "") for state in (SandboxInvoice.State.OPEN, SandboxInvoice.State.DECLINED)]
    send([message_of(invoice, invoice.state, invoice.transaction), *stale])


def message_of(invoice: SandboxInvoice, state: str, transaction_name: str) -> dict[str, str]:
    """One callback."""
    return {
        "invoice": str(invoice.public_id),
        "order": invoice.order,
        "status": str(state),
        "amount": plain(invoice.amount, invoice.currency),
        "currency": invoice.currency,
        "transaction": transaction_name,
    }


def send(messages: list[dict[str, str]]) -> None:
    """After the commit, one POST after the other on a thread of its own; nobody waits for it."""
    address = f"{settings.PUBLIC_URL}/api/v1/payment/webhook/sandbox"
    caller = threading.Thread(target=call, args=(address, messages), name="sandbox-bank", daemon=True)
    transaction.on_commit(caller.start)


def call(address: str, messages: list[dict[str, Any]]) -> None:
    """The POSTs themselves; one that fails does not keep the next from being sent."""
    for message in messages:
        try:
            httpx.post(address, json=message, timeout=TIMEOUT_SECONDS).raise_for_status()
        except httpx.HTTPError as error:
            log.info("sandbox bank was not heard", error=repr(error))
