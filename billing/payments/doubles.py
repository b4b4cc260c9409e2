"""An invoice that its payer has paid more than once: the first payment is credited, the others wait for a person."""

from datetime import datetime

import structlog

from billing.models import TopUp
from drivepower.core.alerts import open_alert
from drivepower.core.money import plain

PAID_TWICE = "paid_twice"

log = structlog.stdlib.get_logger(__name__)


def report(*, provider: str, invoice: str, transactions: list[str], at: datetime) -> None:
    """Tell of further payments of a top-up's invoice, which its provider names; no money moves here."""
    top_up = TopUp.objects.filter(provider=provider, provider_invoice=invoice).select_related("wallet").first()
    if top_up is None:
        return
    names = ", ".join(str(name) for name in transactions)
    log.error("paid more than once", top_up=str(top_up), provider=provider, times=len(transactions) + 1)
    amount = f"{plain(top_up.amount, top_up.wallet.currency)} {top_up.wallet.currency}"
    text = f"An invoice of {amount} was paid more than once; not credited and to be sent back: {names}."
    open_alert(kind=PAID_TWICE, subject=top_up.subject, text=text, at=at)
