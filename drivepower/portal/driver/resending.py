"""A receipt is told to its driver once more, by the channels that they want receipts by."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Notification, User
from accounts.notifying.telling import send
from billing.models import Receipt
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal

KIND = "receipt"
# So often within so long; whoever wants it oftener has another trouble than a lost message.
MOST, WITHIN = 3, timedelta(hours=1)


@transaction.atomic
def resend(*, receipt: Receipt, driver: User, key: UUID, at: datetime) -> int:
    """Tell them of it again; answers by how many ways it goes. The same key tells once.

    Refusal too_many_requests after three within an hour, not_reachable where no address of theirs is proved.
    """
    User.objects.select_for_update(no_key=True).get(pk=driver.pk)
    subject = f"receipt:{receipt.public_id}"
    again = f"{KIND}:again:{receipt.public_id}:"
    told = Notification.objects.filter(user=driver, key__startswith=again)
    if told.filter(key=f"{again}{key}").exists():
        return 0
    if told.filter(made_at__gt=at - WITHIN).count() >= MOST:
        raise Refusal("too_many_requests", "This receipt was sent three times within the last hour.")
    made = Notification(user=driver, kind=KIND, subject=subject, key=f"{again}{key}", made_at=at)
    made.facts = facts_of(receipt)
    made.save()
    ways = send([made], at=at)
    if not ways:
        made.delete()
        raise Refusal("not_reachable", "They want receipts by no channel, or no address of theirs is proved.")
    return ways


def facts_of(receipt: Receipt) -> dict[str, str]:
    """What the notification says of it, as the first one did."""
    told = {"corrects": receipt.corrects.full_number} if receipt.corrects else {}
    return told | {
        "receipt_id": str(receipt.public_id),
        "number": receipt.full_number,
        "type": receipt.kind,
        "total": plain(receipt.gross, receipt.currency),
        "currency": receipt.currency,
        "about": receipt.subject,
    }
