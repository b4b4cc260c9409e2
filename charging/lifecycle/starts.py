"""A StartTransaction as it was received, and how the same one is recognised when it comes again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from charging import clock, review
from charging.models import OPEN_STATES, Session
from drivepower.core.compiled import Compiled, Given
from drivepower.core.texts import storable
from stations.models import Connector, Station, StationSeen

# A request is this much younger than a Start before that Start counts as one from the past.
CLOCKS_DIFFER = timedelta(minutes=5)
BY_KEY = Compiled(
    lambda: Session.objects.filter(station=Given("station"), start_key=Given("key")).select_related("id_tag").order_by()
)


@dataclass(frozen=True, slots=True)
class Start:
    """What a StartTransaction said; `started_at` is effective, `timestamp` as the station wrote it."""

    station: Station
    connector: Connector
    tag: str
    started_at: datetime
    timestamp: datetime | None
    meter_start_wh: int
    received_at: datetime

    @property
    def clock_is_plausible(self) -> bool:
        """Whether the station's own time may tell one Start from another."""
        return clock.effective(said=self.timestamp, received_at=self.received_at).plausible

    def is_older_than(self, session: Session) -> bool:
        """Whether it happened before an open session did: it is then about the past."""
        if session.started_at is not None:
            return self.started_at < session.started_at
        return session.requested_at is not None and self.started_at < session.requested_at - CLOCKS_DIFFER

    def begins(self, *, key: str, holds: bool, status: str, findings: list[str]) -> dict[str, Any]:
        """The columns of a session that begins with this Start; `status` is what the station is answered."""
        is_odd = abs(self.meter_start_wh) > review.MOST_WH
        odd = {
            review.CLOCK: not self.clock_is_plausible,
            review.CONNECTOR_ZERO: self.connector.number == 0,
            review.ODD_METER: is_odd or self.meter_start_wh < 0,
        }
        return {
            "connector": self.connector,
            "holds_connector": holds,
            "start_key": key,
            "started_at": self.started_at,
            "start_received_at": self.received_at,
            "meter_start_wh": 0 if is_odd else self.meter_start_wh,
            "start_status": status,
            "findings": review.merged(findings, [name for name, is_so in odd.items() if is_so]),
        }

    def key(self, *more: object) -> str:
        """The hash of connector, folded tag, timestamp and meter as received (OCPP 1.6, 4.8: a retry repeats them)."""
        said = self.timestamp.isoformat() if self.timestamp else ""
        parts = [self.connector.number, storable(self.tag).upper(), said, self.meter_start_wh, *more]
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def recognise(start: Start) -> tuple[Session | None, str]:
    """The session that this very Start made, if it came before, else the key for a new one.

    A station without a clock says the same of every car: a match is then a repetition only while that session is
    open, else the boot count, and at last the receipt, tell the two apart.
    """
    keys = [start.key()]
    if not start.clock_is_plausible:
        seen = StationSeen.objects.filter(pk=start.station.pk).values_list("boot_count", flat=True).first()
        keys += [start.key(seen), start.key(seen, start.received_at)]
    for key in keys:
        session = BY_KEY.first(station=start.station.pk, key=key)
        if session is None:
            return None, key
        if session.state in OPEN_STATES:
            break
    return session, key
