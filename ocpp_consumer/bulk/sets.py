"""Kinds of job that ask no station by a command of their own: rows are changed for a whole wave at once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from charging.models import LocalList
from drivepower.core import doorbell
from drivepower.core.acting import acting
from stations.models import BulkCommand, BulkStep, Station

Kind, Outcome = BulkCommand.Kind, BulkStep.Outcome
COMPARE = "charging.compare_local_lists"


def change_plan(bulk: BulkCommand, steps: Sequence[BulkStep], at: datetime) -> None:
    """The stations' plan; charges that run keep the price with which they started."""
    with acting(bulk.asked_by):  # the trail names whoever wanted it, not the sweep
        Station.objects.filter(pk__in=[step.station_id for step in steps]).update(tariff_plan=bulk.payload["plan"])
    end(steps, outcome=Outcome.SUCCESS, reason="", at=at)


def renew_lists(bulk: BulkCommand, steps: Sequence[BulkStep], at: datetime) -> None:
    """The stations' own lists are compared now, and begun anew where a full one is wanted; the keeper sends them."""
    wanted = [step.station_id for step in steps]
    there = Station.objects.online(at=at).filter(pk__in=wanted, registration=Station.Registration.ACCEPTED)
    online = set(there.values_list("pk", flat=True))
    end(
        [step for step in steps if step.station_id not in online],
        outcome=Outcome.FAILURE,
        reason="station_offline",
        at=at,
    )
    is_full = bulk.payload["update"] == "full"
    LocalList.objects.bulk_create(
        [LocalList(station_id=station) for station in sorted(online)],
        update_conflicts=True,
        unique_fields=["station"],
        update_fields=["is_kept", "checked_at", "problem", *(["is_full_needed"] if is_full else [])],
    )
    kept_none = LocalList.objects.filter(station__in=online, support=LocalList.Support.NO)
    kept_none.update(support=LocalList.Support.UNKNOWN)
    under_way = BulkStep.objects.filter(pk__in=[step.pk for step in steps], outcome=Outcome.WAITING)
    under_way.update(outcome=Outcome.IN_PROGRESS, taken_at=at)
    doorbell.hint(COMPARE)


def end(steps: Sequence[BulkStep], *, outcome: BulkStep.Outcome, reason: str, at: datetime) -> None:
    """Their outcome is known as soon as they are taken."""
    refusal = reason if outcome == Outcome.FAILURE else ""
    BulkStep.objects.filter(pk__in=[step.pk for step in steps], outcome=Outcome.WAITING).update(
        outcome=outcome, reason=reason, refusal=refusal, taken_at=at, judged_at=at
    )


AT_ONCE: dict[str, Callable[[BulkCommand, Sequence[BulkStep], datetime], None]] = {
    Kind.TARIFF: change_plan,
    Kind.LOCAL_LIST: renew_lists,
}
