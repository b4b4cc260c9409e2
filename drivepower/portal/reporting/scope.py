"""What a report is about, so far as the address names it, and so far as whoever reports may see it."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from accounts.models import User
from charging.models import Session
from drivepower.core.texts import storable
from stations.models import Station

REPORT = "stations.add_report"
SESSIONS, STATIONS = "charging.view_session", "stations.view_station"


@dataclass(frozen=True)
class Scope:
    """A charge with its station, a station, or neither: then the form asks for one."""

    station: Station | None = None
    session: Session | None = None

    @property
    def page(self) -> str:
        """The page that one comes from and goes back to."""
        if self.session is not None:
            return reverse("admin:charging_session_change", args=[self.session.pk])
        if self.station is not None:
            address = reverse("admin:stations_station_change", args=[self.station.pk])
            return f"{address}?tab=upkeep"
        return reverse("admin:stations_report_changelist")


def may(person: User, *rights: str) -> bool:
    """Whether this person may report problems, and see what they would report them of."""
    return person.has_perms((REPORT, *rights))


def scope_of(person: User, query: QueryDict) -> Scope:
    """What that address names; 404 for what this person does not see, PermissionDenied without the rights."""
    right = SESSIONS if "session" in query else STATIONS
    if not may(person, right):
        raise PermissionDenied
    if "session" in query:
        session = session_of(person, query.get("session") or "")
        return Scope(session.station, session)
    if "station" not in query:
        return Scope()
    station = stations_of(person).filter(code=storable(query["station"])).first()
    if station is None:
        raise Http404
    return Scope(station)


def stations_of(person: User) -> "QuerySet[Station]":
    """The stations that this person sees, each with its place."""
    return Station.objects.seen_by(person).select_related("location")


def session_of(person: User, public_id: str) -> Session:
    """A session that this person sees, by its public id; 404 for any other."""
    try:
        known = Session.objects.seen_by(person).filter(public_id=UUID(public_id))
    except ValueError:
        raise Http404 from None
    session = known.select_related("station__location", "connector").first()
    if session is None:
        raise Http404
    return session
