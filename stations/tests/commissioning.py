"""A station on its way into service, for tests: what it needs to be seen doing, without a station that talks."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from stations.commissioning import course, installers
from stations.models import Commissioning, InstallerLink, Station, StationSeen
from stations.tests.world import NOON, connect, gateway, say, seconds, station

NEEDED = {"connected", "boot", "clock", "connectors", "template", "test_charge"}


def planned(code: str = "BSK-07", **fields: Any) -> Station:
    """A station that was never switched on, with one connector."""
    said = {"service_state": Station.ServiceState.PLANNED, "is_public": False, **fields}
    return station(code, connectors=1, **said)


def begun(made: Station | None = None, *, at: datetime = NOON) -> Commissioning:
    """Its way into service."""
    return course.begin(station=made or planned(), by="staff:1", at=at)


def come(made: Station, *, at: datetime) -> Station:
    """It connects, boots and tells of its connector."""
    here = connect(made, gateway(at=at))
    boot = {"chargePointVendor": "<script>alert(1)</script>"}
    StationSeen.objects.update_or_create(station=here, defaults={"last_frame_at": at, "booted_at": at, "boot": boot})
    say(here, 1, "Available", at=at)
    return here


def see_all(row: Commissioning) -> None:
    """As if every step had been seen."""
    steps = dict.fromkeys(NEEDED, (NOON + seconds(60)).isoformat())
    Commissioning.objects.filter(pk=row.pk).update(steps=steps)
    row.refresh_from_db()


def link_for(*stations: Station, at: datetime, lasts: timedelta = timedelta(days=1)) -> tuple[InstallerLink, str]:
    """A link and its token."""
    return installers.make(name="<b>Installers</b> Ltd", stations=stations, expires_at=at + lasts, by="staff:1", at=at)


def expire(link: InstallerLink) -> None:
    """Its time is over."""
    InstallerLink.objects.filter(pk=link.pk).update(
        made_at=F("made_at") - timedelta(days=3), expires_at=F("made_at") - timedelta(days=1)
    )
