"""What makes it certain that supplies are shared: every few seconds all sites are looked at, whatever was noted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from charging import profiles
from charging.models import ChargingProfile
from charging.models.sites import SitePlan
from charging.profiles import Criteria
from charging.sites.carrying import carry_out, is_kept
from charging.sites.deciding import decide
from charging.sites.gathering import gather
from charging.sites.places import ASKED_BY
from stations.models import Command, Location, Station

AT_ONCE = 100
# How long a station that should forget a profile has for it before it is asked again.
FORGETS_WITHIN = timedelta(minutes=2)

log = structlog.stdlib.get_logger(__name__)


def sweep(*, at: datetime) -> int:
    """Share anew where anything has changed; answers how many stations' connectors were told something.

    A site where all is as it should be costs its part of one set of queries for a hundred of them.
    """
    told = 0
    for location_id in list(_changed(at=at)):
        try:
            told += carry_out(location_id=location_id, at=at)
        except Exception:
            log.exception("a supply cannot be shared", location=location_id)
    return told


def let_go(*, at: datetime) -> int:
    """Take back what was set at stations whose supply is not shared any more; answers how many profiles."""
    SitePlan.objects.filter(location__shares_supply=False).delete()
    asked = Command.objects.filter(
        intent="clear_charging_profile", asked_by=ASKED_BY, asked_at__gt=at - FORGETS_WITHIN
    ).values_list("station", "payload__profile_id")
    under_way = set(asked)
    left = ChargingProfile.objects.filter(
        asked_by=ASKED_BY,
        state=ChargingProfile.State.APPLIED,
        station__in=Station.objects.online(at=at).exclude(location__shares_supply=True),
    )
    rows = [row for row in left.select_related("station") if (row.station_id, row.profile_id) not in under_way]
    for row in rows[:AT_ONCE]:
        criteria = Criteria(profile_id=row.profile_id)
        profiles.clear_profiles(station=row.station, criteria=criteria, asked_by=ASKED_BY, at=at)
    return len(rows[:AT_ONCE])


def _changed(*, at: datetime) -> Iterator[int]:
    sharing = list(Location.objects.filter(shares_supply=True).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(sharing), AT_ONCE):
        for site in gather(location_ids=sharing[start : start + AT_ONCE], at=at):
            is_marked = site.plan is not None and site.plan.dirty_since is not None
            if is_marked or not is_kept(site, decide(site, at=at), at=at):
                yield site.location.pk
