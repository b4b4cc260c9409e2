"""Links for installers without an account: made for some stations, kept as a hash, and good for a while only."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from drivepower.core.keys import hash_key
from drivepower.core.refusals import Refusal
from stations.commissioning import course
from stations.models import InstallerLink, Station
from stations.models.network import StationQuerySet

LONGEST = timedelta(days=90)
# How exactly it is told when a link was last used: no write per request.
USED_WITHIN = timedelta(minutes=1)


@transaction.atomic
def make(
    *, name: str, stations: Iterable[Station], expires_at: datetime, by: str, at: datetime
) -> tuple[InstallerLink, str]:
    """A new link and its token, shown this once; the stations are being put into service from now on.

    Refusal invalid_parameters for one that lasts longer than 90 days or is for nothing, and as `course.begin`.
    """
    chosen = list(stations)
    if not chosen or not at < expires_at <= at + LONGEST:
        raise Refusal("invalid_parameters", "A link is for some stations, and for 90 days at most.")
    token = secrets.token_urlsafe(32)
    link = InstallerLink.objects.create(
        token_hash=hash_key(token.encode()), name=name[:120], made_by=by, made_at=at, expires_at=expires_at
    )
    link.stations.set(chosen)
    for station in chosen:
        course.begin(station=station, by=by, at=at)
    return link, token


def address_of(token: str) -> str:
    """Where the installer goes."""
    return f"{settings.PUBLIC_URL}/commission/{token}/"


def find(token: str, *, at: datetime) -> InstallerLink | None:
    """The link of this token, while it is good; that it was used is noted."""
    digest = hash_key(token.encode("utf-8", "replace"))
    link = InstallerLink.objects.filter(token_hash=digest, expires_at__gt=at, revoked_at=None).first()
    if link is not None and (link.last_used_at is None or link.last_used_at < at - USED_WITHIN):
        InstallerLink.objects.filter(pk=link.pk).update(last_used_at=at)
    return link


def stations_of(link: InstallerLink) -> StationQuerySet:
    """What it opens; a station that was retired since is not among them."""
    theirs = Station.objects.filter(pk__in=link.stations.values("pk"))
    return theirs.exclude(service_state=Station.ServiceState.RETIRED).select_related("location", "gateway")


def revoke(*, link: InstallerLink, at: datetime) -> bool:
    """Take it back; False where somebody has already."""
    return InstallerLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at) == 1


def who(link: InstallerLink) -> str:
    """Who acts by it, as rows keep it."""
    return f"installer:{link.public_id}"
