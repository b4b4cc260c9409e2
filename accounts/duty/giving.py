"""An alert is given to somebody, who is told of it by the ways that they have chosen."""

from datetime import datetime

from django.db import transaction

from accounts.duty.calling import GIVEN, notices_of
from accounts.models import DutyChoice, DutyNotice, User
from drivepower.core import alerts, doorbell
from drivepower.core.models import Alert


@transaction.atomic
def give(*, alert: Alert, to: User, by: str, at: datetime) -> None:
    """Keep whose it is; whoever gets it from another, and did not have it, is told once while it is open."""
    name = f"staff:{to.public_id}"
    held = Alert.objects.select_for_update().get(pk=alert.pk)
    alerts.assign(held, to=name, called=str(to), by=by, at=at)
    if held.assigned_to == name or by == name or held.resolved_at is not None:
        return
    choice = DutyChoice.objects.filter(person=to).first() or DutyChoice(person=to, ways=["mail"])
    notices = notices_of(held, to, choice, turn=GIVEN, told_at=at, at=at)
    if DutyNotice.objects.bulk_create(notices, ignore_conflicts=True):
        doorbell.hint("accounts.send_notices")
