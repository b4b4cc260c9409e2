"""What every tab is drawn from: the station, who looks at it, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format

from charging.models import Session
from drivepower.core.clocks import told_apart
from drivepower.core.cut_pages import cut
from ocpp_consumer.admin.dialogs import may_ask
from stations.access import zone_of
from stations.models import Station

# So many rows of anything old.
SHOWN = 50


@dataclass(frozen=True)
class Page:
    """One look at a station by one person."""

    station: Station
    request: HttpRequest
    at: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clock of its place."""
        return zone_of(self.station)

    @property
    def numbers(self) -> list[int]:
        """The connectors, the station itself (0) among them."""
        known = {one.number for one in self.station.connectors.all()}
        return sorted(known | {one.number for one in self.station.connector_states.all()} | {0})

    def may(self, *permissions: str) -> bool:
        """Whether this person has these rights."""
        return self.request.user.has_perms(permissions)

    def may_ask(self, action: str) -> bool:
        """Whether this person may send that request to the station."""
        return may_ask(self.request.user, action)

    def knows(self, session: Session) -> bool:
        """Whether this person may know who charges: staff of a company know their own people and cards alone."""
        company = getattr(self.request.user, "company_id", None)
        driver = session.driver
        return company is None or company in (session.company_id, driver.company_id if driver else None)

    def rows(self, rows: Any, permission: str) -> Any:
        """Those of these rows that this person may see; none without the right."""
        return cut(rows, self.request) if self.may(permission) else rows.none()

    def moment(self, value: datetime | None) -> str:
        """A moment by the clock of its place, with its date if that is not today."""
        if value is None:
            return ""
        local, today = value.astimezone(self.zone), self.at.astimezone(self.zone)
        form = "j M H:i" if local.year == today.year else "j M Y H:i"
        return f"{date_format(local, 'H:i:s' if local.date() == today.date() else form)}{told_apart(local)}"


Row = dict[str, Any]
Rows = Sequence[Row]
