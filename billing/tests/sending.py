"""Payments that people send back: asked for by one, and agreed to by another where that is needed."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from billing import adjustments
from billing.models import Adjustment, PaymentRefund, TopUp


def send_back(
    *, top_up: TopUp, amount: Decimal, reason: str, made_by: str, at: datetime, key: UUID | None = None
) -> PaymentRefund:
    """The refund as it stands once whoever must agree has agreed."""
    asked = adjustments.ask_to_send_back(top_up=top_up, amount=amount, reason=reason, asked_by=made_by, at=at, key=key)
    if asked.state == Adjustment.State.ASKED:
        adjustments.approve(adjustment=asked, decided_by="staff:second", at=at)
    return PaymentRefund.objects.get(public_id=asked.public_id)
