"""The beginning of a job: what is wanted of whom, in which waves, and how much may fail."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from drivepower.core import alerts, doorbell
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from ocpp_consumer.bulk.wishes import wish_for
from stations import pacing
from stations.models import BulkCommand, BulkStep, Station

# Beyond so many stations of one person within ten minutes it needs a word of confirmation, and an alert is opened.
UNCONFIRMED = 20
REMEMBERED = timedelta(minutes=10)
MOST_STATIONS = 5000
ALERT = alerts.closed_by_people("bulk_command")
GO_ON = "ocpp_consumer.go_on_with_bulk"
# How long a station has for it; a download and a restart take longer than an answer.
PATIENCE = timedelta(minutes=15)


@transaction.atomic
def begin(
    *,
    kind: str,
    stations: Sequence[Station],
    payload: dict[str, Any],
    action: str = "",
    force: bool = False,
    first_wave: int | None = None,
    wave_size: int | None = None,
    most_failures: int | None = None,
    most_failures_percent: int | None = None,
    patience: timedelta = PATIENCE,
    target: str = "",
    confirmed: bool = False,
    public_id: uuid.UUID | None = None,
    by: str,
    at: datetime,
) -> BulkCommand:
    """Keep what is wanted of these stations; the sweep carries it out, a wave (all, where no size is given) at a time.

    The first wave may be smaller, as a trial, where it is said.

    `public_id` is the name that it was given before: of two jobs of one name the second is refused.

    Refusals of `wish_for`, invalid_parameters for too many stations, confirmation_needed with the number of stations,
    begun_already.
    """
    wish = wish_for(kind=BulkCommand.Kind(kind), action=action, payload=payload)
    if len(stations) > MOST_STATIONS:
        raise Refusal("invalid_parameters", "Too many stations at once.", {"most": MOST_STATIONS})
    bulk = BulkCommand(
        public_id=public_id or uuid.uuid4(),
        kind=kind,
        action=wish.action,
        payload=wish.payload,
        is_forced=force,
        target=target[:300],
        wave_size=wave_size,
        patience_s=int(patience.total_seconds()),
        most_failures=most_failures,
        most_failures_percent=most_failures_percent,
        asked_by=by,
        asked_at=at,
    )
    keep(bulk, stations, first_wave=first_wave, confirmed=confirmed)
    doorbell.hint(GO_ON)
    return bulk


def keep(bulk: BulkCommand, stations: Sequence[Station], *, first_wave: int | None, confirmed: bool) -> None:
    """Write the job and its steps in its person's turn; many stations need a word, and others are told."""
    with pacing.in_turn(asked_by=bulk.asked_by):
        if BulkCommand.objects.filter(public_id=bulk.public_id).exists():
            raise Refusal("begun_already", "It has begun already.")
        together = len(stations) + lately(asked_by=bulk.asked_by, at=bulk.asked_at)
        if together > UNCONFIRMED and not confirmed:
            raise Refusal("confirmation_needed", "So many stations need confirm.", {"stations": together})
        bulk.save(force_insert=True)
        BulkStep.objects.bulk_create(steps(bulk, stations, first=first_wave))
    if together > UNCONFIRMED:
        text = sentence(
            "%(who)s asks %(count)s stations for %(action)s.",
            who=bulk.asked_by,
            count=len(stations),
            action=bulk.action or bulk.kind,
        )
        alerts.open_alert(kind=ALERT, subject=f"bulk:{bulk.public_id}", text=text, at=bulk.asked_at)


def steps(bulk: BulkCommand, stations: Sequence[Station], *, first: int | None) -> list[BulkStep]:
    """A step for each station, in the order in which they are given."""
    size = bulk.wave_size or max(1, len(stations))
    first = first or size
    return [
        BulkStep(bulk=bulk, station=station, wave=1 if number < first else 2 + (number - first) // size)
        for number, station in enumerate(stations)
    ]


def lately(*, asked_by: str, at: datetime) -> int:
    """How many stations this person has asked in bulk a moment ago: many small jobs are a big one."""
    jobs = BulkCommand.objects.filter(asked_by=asked_by, asked_at__gt=at - REMEMBERED)
    return BulkStep.objects.filter(bulk__in=jobs).count()
