"""What every app stands on; people and subjects are named by public ids, never by foreign keys."""

from drivepower.core.models.events import Event, EventCursor
from drivepower.core.models.requests import IdempotencyKey
from drivepower.core.models.rules import AlertRule, AlertStep, Severity
from drivepower.core.models.switches import Switch
from drivepower.core.models.watch import Alert, AlertAct, AlertQuerySet, Sweep, SweepRun, Tally
from drivepower.core.models.webhooks import Delivery, Webhook

__all__ = [
    "Alert",
    "AlertAct",
    "AlertQuerySet",
    "AlertRule",
    "AlertStep",
    "Delivery",
    "Event",
    "EventCursor",
    "IdempotencyKey",
    "Severity",
    "Sweep",
    "SweepRun",
    "Switch",
    "Tally",
    "Webhook",
]
