"""Partitions are made ahead of the rows that need them; Stops that were only kept are carried out."""

from datetime import datetime

import structlog
from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from drivepower.core import alerts, partitions
from drivepower.core.sentences import sentence
from drivepower.core.sweeps import run
from ocpp_consumer import bulk, forgetting, onboarding
from ocpp_consumer.log import indexing
from ocpp_consumer.v16 import stops

# Table, span of a partition, how many are made ahead.
ROLLED: tuple[tuple[str, partitions.Span, int], ...] = (
    ("ocpp_consumer_frame", "day", 3),
    ("charging_meterreading", "month", 2),
)

log = structlog.stdlib.get_logger(__name__)


@shared_task(name="ocpp_consumer.roll_partitions")
def roll_partitions() -> list[str]:
    """Make what is missing; one table in trouble keeps the other from nothing."""
    at = timezone.now()
    made: list[str] = []
    for table, span, ahead in ROLLED:
        try:
            made += partitions.roll(table=table, span=span, at=at, ahead=ahead)
            tell_of_rows_outside(table, at=at)
        except DatabaseError:
            log.exception("a table's partitions were not rolled", table=table)
    return made


def tell_of_rows_outside(table: str, *, at: datetime) -> None:
    """An alert stands while rows lie outside every partition."""
    outside = partitions.rows_outside(table=table)
    if outside:
        text = sentence("%(count)s rows of %(table)s lie outside its partitions.", count=outside, table=table)
        alerts.open_alert(kind="rows_outside_partitions", subject=table, text=text, at=at)
    else:
        alerts.resolve_alert(kind="rows_outside_partitions", subject=table, at=at)


@shared_task(name="ocpp_consumer.retry_stops")
def retry_stops() -> int:
    """Carry out the Stops whose session could not be ended when they came; answers how many."""
    return run("ocpp_consumer.retry_stops", ended=stops.retry)


@shared_task(name="ocpp_consumer.forget_secrets")
def forget_secrets() -> int:
    """Blank secrets in commands that ended without an answer; answers how many."""
    return forgetting.forget_secrets()


@shared_task(name="ocpp_consumer.go_on_with_bulk")
def go_on_with_bulk() -> int:
    """Ask the next stations of bulk commands; answers how many."""
    return run("ocpp_consumer.go_on_with_bulk", asked=bulk.go_on)


@shared_task(name="ocpp_consumer.onboard")
def onboard() -> int:
    """Go on with stations that wait to be accepted; answers how many were looked at."""
    return run("ocpp_consumer.onboard", looked_at=onboarding.sweep)


@shared_task(name="ocpp_consumer.index_frames", time_limit=580)
def index_frames() -> int:
    """Index the words of closed days; answers of how many."""
    return run("ocpp_consumer.index_frames", days=indexing.index_closed_days)
