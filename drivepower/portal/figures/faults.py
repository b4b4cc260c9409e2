"""What is in error, by how many: each of these is a list that somebody can work off."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.models import IdTag
from charging.admin.figures import LOOKED_BACK
from charging.models import Session
from charging.rollups import counted
from stations import lacking
from stations.models import Station

AGES = timedelta(seconds=15)


@dataclass(frozen=True)
class Faults:
    """How many of each; what is offline or faulted is counted with the network."""

    without_price: int = 0
    without_place: int = 0
    without_key: int = 0
    of_nobody: int = 0
    cards_of_nobody: int = 0


class KeptFaults:
    """Counts again when a quarter of a minute has passed: nobody works faster than that."""

    def __init__(self) -> None:
        self.found = Faults()
        self.taken_at = datetime.min.replace(tzinfo=UTC)

    def take(self, *, at: datetime) -> Faults:
        """As of a quarter of a minute ago at most."""
        if not timedelta() <= at - self.taken_at < AGES:
            self.found, self.taken_at = take_faults(at=at), at
        return self.found


def take_faults(*, at: datetime) -> Faults:
    """All of them, a query each."""
    stations = Station.objects.all()
    cards = IdTag.objects.filter(user=None, company=None, kind=IdTag.Kind.RFID, blocked=False)
    return Faults(
        without_price=lacking.without_price(stations).count(),
        without_place=lacking.without_place(stations).count(),
        without_key=lacking.without_key(stations).count(),
        of_nobody=counted.of_nobody(Session.objects.all(), since=at - LOOKED_BACK).count(),
        cards_of_nobody=cards.count(),
    )
