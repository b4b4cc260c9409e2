"""What every part of the page is drawn from: whose page it is, who looks at it, and when."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from drivepower.core import clocks
from drivepower.core.cut_pages import cut
from stations.access import zone_of
from stations.models import Station

# So many rows of anything; the lists have the rest.
SHOWN = 12


@dataclass(frozen=True)
class Page:
    """One look at a driver by one member of staff; `around` is the hour at which the charges are shown."""

    driver: User
    request: HttpRequest
    at: datetime
    around: datetime | None = None

    @cached_property
    def reader(self) -> User:
        """Who looks."""
        return cast(User, self.request.user)

    @property
    def by(self) -> str:
        """Who acts, as rows keep it."""
        return f"staff:{self.reader.public_id}"

    def may(self, *permissions: str) -> bool:
        """Whether this person has these rights."""
        return self.reader.has_perms(permissions)

    def may_act(self, *permissions: str) -> bool:
        """Whether this person may do something here: staff of a company look on."""
        return self.reader.company_id is None and self.may(*permissions)

    def rows(self, rows: Any, permission: str) -> Any:
        """Those of these rows that this person may see; none without the right, and then nothing is asked."""
        return cut(rows, self.request) if self.may(permission) else rows.none()

    def moment(self, value: datetime | None, zone: ZoneInfo | None = None) -> str:
        """A moment by that clock, or the one in force, with its date if that is not today."""
        if value is None:
            return ""
        local, today = timezone.localtime(value, zone), timezone.localtime(self.at, zone)
        form = "j M H:i" if local.year == today.year else "j M Y H:i"
        return f"{date_format(local, 'H:i:s' if local.date() == today.date() else form)}{clocks.told_apart(local)}"

    def moment_at(self, station: Station, value: datetime) -> tuple[str, str]:
        """A moment by the clock of the station's place, and which that is where it is not the one in force."""
        zone = zone_of(station)
        local = timezone.localtime(value, zone)
        is_told = clocks.is_ours(local) or clocks.comes_twice(local)
        return self.moment(value, zone), "" if is_told else clocks.offset(local)

    def act(self, name: str, row: Any = "") -> str:
        """The address of a dialog."""
        address = reverse("admin:portal_driver_act", args=[self.driver.public_id, name])
        return f"{address}?{urlencode({'row': row})}" if row else address

    def listing(self, model: str) -> str:
        """The list of a model, narrowed to this person by what tells them from all others."""
        said = self.driver.phone or self.driver.email or ""
        return f"{reverse(f'admin:{model}_changelist')}?{urlencode({'q': said})}"
