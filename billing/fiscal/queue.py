"""What waits to be registered: put there with its receipt, and once more by a person where it failed."""

from datetime import datetime

from django.conf import settings

from billing.models import FiscalDocument, Receipt
from drivepower.core.refusals import Refusal

State = FiscalDocument.State


def queue(receipt: Receipt) -> None:
    """Queue a receipt in the transaction that gives it; nothing where there is no register, or no money in it."""
    if settings.FISCAL_ADAPTER != "none" and receipt.gross:
        FiscalDocument.objects.create(
            receipt=receipt, adapter=settings.FISCAL_ADAPTER, next_at=receipt.made_at, made_at=receipt.made_at
        )


def retry(*, document: FiscalDocument, at: datetime) -> None:
    """Try one that failed again, from the first attempt on; refuses not_failed."""
    failed = FiscalDocument.objects.filter(pk=document.pk, state=State.FAILED)
    if not failed.update(state=State.WAITING, attempts=0, next_at=at, error=""):
        raise Refusal("not_failed", "That document has not failed.")
