"""One request to many stations: begun by a person who means it, told to the others, and carried out at their pace."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from drivepower.core import alerts, doorbell
from drivepower.core.refusals import Refusal
from ocpp_consumer.masking import holds_secrets
from ocpp_consumer.v16 import door
from ocpp_consumer.v16.requests import REQUESTS
from stations import pacing
from stations.models import BulkCommand, BulkStep, Command, Station

State = BulkCommand.State
# Beyond so many stations of one person within ten minutes it needs a word of confirmation, and an alert is opened.
UNCONFIRMED = 20
REMEMBERED = timedelta(minutes=10)
MOST_STATIONS = 5000
ALERT = alerts.closed_by_people("bulk_command")
# What is refused at the door costs a person nothing of their pace, and a sweep its time.
LOOKED_AT = 200


@transaction.atomic
def begin(
    *,
    stations: Sequence[Station],
    action: str,
    payload: dict[str, Any],
    force: bool,
    confirmed: bool,
    asked_by: str,
    at: datetime,
) -> BulkCommand:
    """Keep what is wanted of these stations; the sweep asks them.

    Refusals unknown_action, command_malformed, command_forbidden for secrets, invalid_parameters for too many stations,
    confirmation_needed with the number of stations.
    """
    if action not in REQUESTS:
        raise Refusal("unknown_action", "OCPP 1.6 has no such request to stations.", {"action": action})
    door.refuse_malformed(payload)
    if holds_secrets(payload):
        raise Refusal("command_forbidden", "What holds a secret is asked of one station at a time.")
    if len(stations) > MOST_STATIONS:
        raise Refusal("invalid_parameters", "Too many stations at once.", {"most": MOST_STATIONS})
    with pacing.in_turn(asked_by=asked_by):
        together = len(stations) + lately(asked_by=asked_by, at=at)
        if together > UNCONFIRMED and not confirmed:
            raise Refusal("confirmation_needed", "So many stations need confirm.", {"stations": together})
        bulk = BulkCommand.objects.create(
            action=action, payload=payload, is_forced=force, asked_by=asked_by, asked_at=at
        )
        BulkStep.objects.bulk_create(BulkStep(bulk=bulk, station=station) for station in stations)
    if together > UNCONFIRMED:
        text = f"{asked_by} asks {len(stations)} stations for {action}."
        alerts.open_alert(kind=ALERT, subject=f"bulk:{bulk.public_id}", text=text, at=at)
    doorbell.hint("ocpp_consumer.go_on_with_bulk")
    return bulk


def lately(*, asked_by: str, at: datetime) -> int:
    """How many stations this person has asked in bulk a moment ago: many small jobs are a big one."""
    jobs = BulkCommand.objects.filter(asked_by=asked_by, asked_at__gt=at - REMEMBERED)
    return BulkStep.objects.filter(bulk__in=jobs).count()


def go_on(*, at: datetime) -> int:
    """Ask the next stations of every job that runs, each person's as fast as they may; how many were asked."""
    running = BulkCommand.objects.filter(state=State.RUNNING).order_by("id")
    return sum(go_on_with(bulk) for bulk in running)


def go_on_with(bulk: BulkCommand) -> int:
    """Take the next steps of one job in its person's turn; it is done when none is left."""
    with pacing.in_turn(asked_by=bulk.asked_by) as turn:
        if not BulkCommand.objects.filter(pk=bulk.pk, state=State.RUNNING).exists():
            return 0
        waiting = bulk.steps.filter(taken_at=None).select_related("station").order_by("id")
        asked = 0
        for step in waiting[:LOOKED_AT] if turn.left > 0 else ():
            asked += take(step, bulk=bulk, at=turn.at)
            if asked == turn.left:
                break
        if not waiting.exists():
            BulkCommand.objects.filter(pk=bulk.pk, state=State.RUNNING).update(state=State.DONE, ended_at=turn.at)
    return asked


def take(step: BulkStep, *, bulk: BulkCommand, at: datetime) -> bool:
    """Ask one station through the operator's door; False where it is refused there."""
    said: dict[str, Any]
    try:
        with transaction.atomic():
            command = door.ask(
                station=step.station,
                action=bulk.action,
                payload=bulk.payload,
                asked_by=bulk.asked_by,
                at=at,
                force=bulk.is_forced,
            )
        said = {"command": command}
    except Refusal as refusal:
        said = {"refusal": refusal.code}
    BulkStep.objects.filter(pk=step.pk, taken_at=None).update(taken_at=at, **said)
    return "command" in said


def cancel(*, bulk: BulkCommand, at: datetime) -> bool:
    """Ask no further station; False where it had ended. What has been asked stays asked."""
    running = BulkCommand.objects.filter(pk=bulk.pk, state=State.RUNNING)
    return running.update(state=State.CANCELLED, ended_at=at) == 1


def progress(bulks: Sequence[BulkCommand]) -> dict[int, dict[str, int]]:
    """By job: how many stations in all, not asked yet, refused at the door, and by the state of their command."""
    counts = {
        "stations": Count("pk"),
        "waiting": Count("pk", filter=Q(taken_at=None)),
        "refused": Count("pk", filter=~Q(refusal="")),
        **{state.value: Count("pk", filter=Q(command__state=state)) for state in Command.State},
    }
    rows = BulkStep.objects.filter(bulk__in=bulks).order_by().values_list("bulk").annotate(**counts)
    counted = {row[0]: row[1:] for row in rows}
    nothing = (0,) * len(counts)
    return {bulk.pk: dict(zip(counts, counted.get(bulk.pk, nothing), strict=True)) for bulk in bulks}
