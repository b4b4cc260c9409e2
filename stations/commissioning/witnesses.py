"""What only higher rooms can say of a station that is put into service: how its clock goes, and its test charge."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from stations.models import Station


@dataclass(frozen=True)
class Trial:
    """A charge since the work began: `energy_wh` so far, `ended_at` once it is over, `failure` where it was refused."""

    number: int
    energy_wh: int
    began_at: datetime | None
    ended_at: datetime | None
    failure: str = ""


class Trials(Protocol):
    """Test charges, which cost nothing and stay out of the figures."""

    def start(self, *, station: Station, number: int, asked_by: str, at: datetime) -> None:
        """Ask the station for one; Refusal station_offline, station_unavailable."""

    def stop(self, *, station: Station, asked_by: str, at: datetime) -> int:
        """Ask it to stop those that run; how many."""

    def last(self, *, station: Station, since: datetime) -> Trial | None:
        """The charge that shows most: one that is over and gave energy, else the newest."""


class Clock(Protocol):
    """How far a station's clock is behind ours; negative where it is ahead, None where it never said a time."""

    def __call__(self, *, station: Station, since: datetime) -> timedelta | None: ...


class Witnesses:
    """Appointed by the rooms above when the house is set up."""

    trials: Trials
    clock: Clock


witnesses = Witnesses()
