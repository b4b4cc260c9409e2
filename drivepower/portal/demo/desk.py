"""What the demo's staff did about money on the last day."""

from datetime import datetime, timedelta
from decimal import Decimal

from billing import adjustments, ledger
from billing.models import Transfer
from drivepower.portal.demo.funds import CURRENCY
from drivepower.portal.demo.people import DEBTOR, People

REFUND = Decimal(60)
# More than one person gives alone.
GIFT = Decimal(1_500)


def work(people: People, *, now: datetime) -> None:
    """Support asks for a refund, which finance approves; finance asks for a gift that waits for a second person."""
    support, finance, drivers = people.staff["Support"], people.staff["Finance"], people.drivers[:DEBTOR]
    charges = Transfer.objects.filter(kind=Transfer.Kind.CAPTURE, source__user__in=drivers, amount__gt=REFUND)
    asked = adjustments.ask_refund(
        transfer=charges.latest("made_at"),
        amount=REFUND,
        reason="The cable came free only after a call",
        asked_by=support,
        at=now - timedelta(minutes=4),
        may_alone=False,
    )
    adjustments.approve(adjustment=asked, decided_by=finance, at=now - timedelta(minutes=3))
    adjustments.ask_adjustment(
        wallet=ledger.wallet_of(user=drivers[-1], currency=CURRENCY),
        amount=GIFT,
        reason="She waited an hour for a technician",
        asked_by=finance,
        at=now - timedelta(minutes=2),
    )
