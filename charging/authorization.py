"""One answer for a tag: Authorize, StartTransaction, StopTransaction and remote starts ask here (OCPP 1.6, 7.2).

Where and when a place, or what is set on a card, lets it charge is said by `charging.access`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import IdTag, IdTagQuerySet
from billing.models import Wallet
from charging import access, pausing
from charging.models import OPEN_STATES, Session
from drivepower.core.compiled import Compiled, Given
from drivepower.core.texts import storable
from stations.models import Station

Status = Literal["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a station is told about a tag, and the tag itself where it is known."""

    status: Status
    id_tag: IdTag | None = None

    @property
    def expiry(self) -> datetime | None:
        """When the tag ends, for stations to remember; a session's own tag is nothing to remember."""
        return self.id_tag.expires_at if self.id_tag and self.id_tag.kind != IdTag.Kind.VIRTUAL else None

    @property
    def parent(self) -> str:
        """Its group, or nothing."""
        return self.id_tag.group if self.id_tag else ""


def find(tag: str, station: Station | None = None) -> IdTag | None:
    """The tag as presented, whatever its case, with `owes`: whether its payer does, and `ruled`: whether the place has
    rules, `paused`: whether it takes no new charges. For `judge` the station must be named.
    """
    return NAMED.first(value=storable(tag), station=station.pk if station else 0)


def authorize(*, tag: str, station: Station, at: datetime, starting: bool = False) -> Verdict:
    """Whether a tag may charge at a station; ConcurrentTx is an answer to a start alone (OCPP 1.6, 7.2)."""
    return judge(find(tag, station), station=station, at=at, starting=starting)


def judge(id_tag: IdTag | None, *, station: Station, at: datetime, starting: bool) -> Verdict:
    """The same for a tag as `find` has found it."""
    if id_tag is None or not _has_place(id_tag, station):
        return Verdict("Invalid")
    if id_tag.blocked or _owner_is_barred(id_tag):
        return Verdict("Blocked", id_tag)
    if id_tag.expires_at and id_tag.expires_at <= at:
        return Verdict("Expired", id_tag)
    if starting and _busy(id_tag, at) >= id_tag.sessions_at_once:
        return Verdict("ConcurrentTx", id_tag)
    if _is_kept_out(id_tag, station, at=at, starting=starting):
        return Verdict("Blocked", id_tag)
    return Verdict("Accepted", id_tag)


def accepted(*, at: datetime) -> IdTagQuerySet:
    """Every tag but sessions' own that would be Accepted now: the rules of `judge`, for lists that stations keep.

    A card with hours or a limit is in none, since nobody could be asked; where it may charge is said per station.
    """
    has_place = Q(kind=IdTag.Kind.SERVICE) | Q(user__isnull=False) | Q(company__isnull=False)
    barred = Q(user__is_active=False) | Q(user__deletion_requested_at__isnull=False)
    living = Q(expires_at=None) | Q(expires_at__gt=at)
    return (
        IdTag.objects.filter(access.unbounded_in_time(), has_place, living, blocked=False)
        .exclude(kind=IdTag.Kind.VIRTUAL)
        .exclude(barred)
        .exclude(_owes() & ~Q(kind=IdTag.Kind.SERVICE))
    )


def _has_place(id_tag: IdTag, station: Station) -> bool:
    """A session's own tag is good at its station only; a card needs somebody who pays, a service card does not."""
    if id_tag.kind == IdTag.Kind.VIRTUAL:
        return Session.objects.filter(id_tag=id_tag, station=station).exists()
    return id_tag.kind == IdTag.Kind.SERVICE or id_tag.user_id is not None or id_tag.company_id is not None


def _owner_is_barred(id_tag: IdTag) -> bool:
    """Whether its driver is blocked, is leaving, or owes money."""
    driver = id_tag.user
    if driver and (not driver.is_active or driver.deletion_requested_at):
        return True
    owes: bool = id_tag.owes  # type: ignore[attr-defined]  # `find` says it
    return id_tag.kind != IdTag.Kind.SERVICE and owes


def _is_kept_out(id_tag: IdTag, station: Station, *, at: datetime, starting: bool) -> bool:
    """Whether the place, or what is set on the card, does not let it charge now; who charges there may always stop.

    A session's own tag was asked about when it was made.
    """
    is_ruled: bool = id_tag.ruled  # type: ignore[attr-defined]  # `find` says it
    is_paused = _is_paused(id_tag)
    if id_tag.kind == IdTag.Kind.VIRTUAL or not (is_ruled or is_paused or access.is_bounded(id_tag)):
        return False
    if not starting and Session.objects.filter(id_tag=id_tag, station=station, state__in=OPEN_STATES).exists():
        return False
    return is_paused or not access.allowed(station=station, tag=id_tag, at=at)


def _is_paused(id_tag: IdTag) -> bool:
    """Whether nobody new may start there; a technician tries a place out before it opens again."""
    is_paused: bool = id_tag.paused  # type: ignore[attr-defined]  # `find` says it
    return id_tag.kind != IdTag.Kind.SERVICE and is_paused


def _owes() -> Q:
    """Whether a company's wallet, or that of a driver without one, is in debt."""
    owing = Wallet.objects.filter(owed__gt=0)
    return Exists(owing.filter(company=OuterRef("company"))) | Q(
        Exists(owing.filter(user=OuterRef("user"))), company=None
    )


def _busy(id_tag: IdTag, at: datetime) -> int:
    """How many sessions of the tag were running at that moment and still are."""
    return len(UNDER_WAY.all(id_tag=id_tag.pk, at=at))


NAMED = Compiled(
    lambda: (
        IdTag.objects.filter(value__iexact=Given("value"))
        .select_related("user__membership", "company")
        .annotate(owes=_owes(), ruled=access.is_ruled(), paused=pausing.is_paused_here())
        .order_by()
    )
)
UNDER_WAY = Compiled(
    lambda: (
        Session.objects.open()
        .alias(began=Coalesce("started_at", "requested_at"))
        .filter(id_tag=Given("id_tag"), began__lte=Given("at"))
        .only("pk")
        .order_by()
    )
)
