"""Where rows of the log are explained: a charge's own page, else the time around a row at its station."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from drivepower.core.admin_explained import RIGHTS, address_of
from ocpp_consumer.models import Frame

STATION = "stations.view_station"


@dataclass(frozen=True, slots=True)
class Ways:
    """Which explanations a reader may open."""

    sessions: bool
    stations: bool

    def way(self, frames: list[Frame]) -> tuple[str, str]:
        """The address, and what it explains; empty where this reader may not go. Asks the database nothing."""
        first = frames[0]
        if self.sessions and (session := max(one.session_key for one in frames)):
            return address_of(f"session:{session}", first.received_at), _("Explain this charge")
        if not self.stations:
            return "", ""
        return address_of(f"station:{first.station.code}", first.received_at), _("Explain this time")


def ways_of(person: User) -> Ways:
    """What this reader may open, once for all rows."""
    may = person.has_perms(RIGHTS)
    return Ways(may, may and person.has_perm(STATION))
