"""What a job would meet, before it is begun: a few counts over all of its stations."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from charging.models import OPEN_STATES, Session
from stations.models import Station


class Preview(NamedTuple):
    """How many stations, how many are connected, at how many a car charges, how many have a price of their own."""

    stations: int
    online: int
    charging: int
    own_price: int

    @property
    def offline(self) -> int:
        """Those that would be refused."""
        return self.stations - self.online


def foresee(stations: Sequence[Station], *, at: datetime) -> Preview:
    """Count them, in three queries."""
    wanted = Station.objects.filter(pk__in=[station.pk for station in stations])
    charging = Session.objects.filter(station__in=wanted, state__in=OPEN_STATES)
    return Preview(
        stations=len(stations),
        online=wanted.online(at=at).count(),
        charging=charging.values("station").distinct().count(),
        own_price=wanted.filter(own_plan__isnull=False).count(),
    )
