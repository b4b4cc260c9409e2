"""One station of a job is asked through the operator's door, which refuses whoever cannot be asked now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from drivepower.core.refusals import Refusal
from ocpp_consumer.v16 import door
from ocpp_consumer.v16.words import zulu
from stations import configuration
from stations.models import BulkCommand, BulkStep, Command

Kind, Outcome = BulkCommand.Kind, BulkStep.Outcome
AS_WANTED = "as_wanted"


def take(step: BulkStep, *, bulk: BulkCommand, at: datetime) -> int:
    """Ask one station; how many commands that took, 0 where it is refused or there was nothing to ask."""
    fresh: dict[str, Any] = {"taken_at": at}
    commands: list[Command] = []
    try:
        with transaction.atomic():
            commands = ASKING.get(bulk.kind, _plainly)(step, bulk, at)
    except Refusal as refusal:
        fresh |= {"outcome": Outcome.FAILURE, "refusal": refusal.code, "reason": refusal.code, "judged_at": at}
    else:
        fresh |= (
            {"outcome": Outcome.IN_PROGRESS, "command": commands[-1]}
            if commands
            else {"outcome": Outcome.SUCCESS, "reason": AS_WANTED, "judged_at": at}
        )
    BulkStep.objects.filter(pk=step.pk, outcome=Outcome.WAITING).update(**fresh)
    return len(commands)


def subject_of(step_id: int) -> str:
    """What the commands of a step are for."""
    return f"bulk_step:{step_id}"


def _ask(step: BulkStep, bulk: BulkCommand, payload: dict[str, Any], at: datetime) -> Command:
    return door.ask(
        station=step.station,
        action=bulk.action,
        payload=payload,
        subject=subject_of(step.pk),
        asked_by=bulk.asked_by,
        at=at,
        force=bulk.is_forced,
    )


def _plainly(step: BulkStep, bulk: BulkCommand, at: datetime) -> list[Command]:
    return [_ask(step, bulk, bulk.payload, at)]


def _values(step: BulkStep, bulk: BulkCommand, at: datetime) -> list[Command]:
    """Every value; of a template only those that differ from what was last read."""
    values: dict[str, str] = bulk.payload["values"]
    if "template" in bulk.payload:
        door.refuse_unreachable(step.station, bulk.action, at=at)
        found = {row.key.casefold(): row.value for row in step.station.configuration.all()}
        values = {
            key: value for key, value in values.items() if not configuration.same(value, found.get(key.casefold()))
        }
    return [_ask(step, bulk, {"key": key, "value": value}, at) for key, value in values.items()]


def _firmware(step: BulkStep, bulk: BulkCommand, at: datetime) -> list[Command]:
    said = bulk.payload
    when = said["retrieve_at"] or zulu(at)
    timed = {"firmware": {"retrieveDateTime": when}} if said["signed"] else {"retrieveDate": when}
    return [_ask(step, bulk, {"image": said["image"], **timed}, at)]


ASKING: dict[str, Callable[[BulkStep, BulkCommand, datetime], list[Command]]] = {
    Kind.CONFIGURATION: _values,
    Kind.FIRMWARE: _firmware,
}
