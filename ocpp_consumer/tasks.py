"""Partitions are made ahead of the rows that need them."""

from celery import shared_task
from django.utils import timezone

from drivepower.core import alerts, partitions

# Table, span of a partition, how many are made ahead.
ROLLED: tuple[tuple[str, partitions.Span, int], ...] = (
    ("ocpp_consumer_frame", "day", 3),
    ("charging_meterreading", "month", 2),
)


@shared_task(name="ocpp_consumer.roll_partitions")
def roll_partitions() -> list[str]:
    """Make what is missing; an alert stands while rows lie outside every partition."""
    at = timezone.now()
    made: list[str] = []
    for table, span, ahead in ROLLED:
        outside = partitions.rows_outside(table=table)
        if outside:
            text = f"{outside} rows of {table} lie outside its partitions; they block the making of theirs."
            alerts.open_alert(kind="rows_outside_partitions", subject=table, text=text, at=at)
        else:
            alerts.resolve_alert(kind="rows_outside_partitions", subject=table, at=at)
        made += partitions.roll(table=table, span=span, at=at, ahead=ahead)
    return made
