"""People on duty, alerts somewhere, and a station that is in a place."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.duty import calling
from accounts.models import DutyChoice, DutyNotice, DutyShift, User
from drivepower.core import alerts
from drivepower.core.models import Alert, AlertRule

NOON = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday, 12:00 in Bishkek
KIND = "station_offline"


@dataclass(frozen=True)
class Spot:
    """Where a station is."""

    station: str
    location: str = "OSH"
    labels: frozenset[str] = frozenset()


def minutes(count: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=count)


def person(name: str, **choice: Any) -> User:
    """A member of staff; with words about it, one who has chosen."""
    made = User.objects.create_user(email=f"{name.lower()}@example.com", name=name, role="staff")
    if choice:
        DutyChoice.objects.create(person=made, **{"ways": ["mail"], **choice})
    return made


def shift(who: User, **fields: Any) -> DutyShift:
    """On duty from an hour before noon for a day."""
    until = fields.pop("until", minutes(1380))
    return DutyShift.objects.create(person=who, since=minutes(-60), until=until, **fields)


def rule(**fields: Any) -> AlertRule:
    """The only rule of the kind."""
    AlertRule.objects.filter(kind=KIND).delete()
    return AlertRule.objects.create(**{"name": "offline", "kind": KIND, "escalate_minutes": 15} | fields)


def ring(code: str = "BSK-01", *, at: datetime = NOON, anew: bool = False) -> Alert:
    """A station is offline."""
    alerts.open_alert(kind=KIND, subject=f"station:{code}", text="It is gone.", at=at, anew=anew)
    return Alert.objects.open().get(subject=f"station:{code}")


def call(at: datetime = NOON, *, spot: Spot | None = None, silent: Set[str] = frozenset()) -> int:
    """Decide who is told, where every station is at that spot."""

    def places(subjects: Iterable[str]) -> Mapping[str, Spot]:
        return {subject: spot or Spot(subject.removeprefix("station:")) for subject in subjects}

    return calling.call(places=places, silent=lambda now: silent, at=at)


def told() -> list[tuple[str, str, int]]:
    """Who was told, by which way, in which turn."""
    rows = DutyNotice.objects.order_by("pk").values_list("person__name", "way", "turn")
    return [(str(name), way, turn) for name, way, turn in rows]
