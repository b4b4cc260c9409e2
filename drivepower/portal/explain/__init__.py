"""Explains what happened: a session, or a station between two times, on one axis and in plain words.

`sources` read rows, bounded and few; `sentences` and `causes` are pure; `telling` puts them together.
"""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from charging.models import Session
from drivepower.portal.explain import gathering, scope, telling
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.shapes import Cause, Explanation, Moment
from stations.access import zone_of
from stations.models import Station

__all__ = ["Cause", "Explanation", "Moment", "of_session", "of_station"]


def of_session(session: Session, *, person: User, at: datetime) -> Explanation:
    """What happened to a session, as far as that person may see and know it; rights to open it are the page's."""
    reader = Reader(person, at, zone_of(session.station)).about(session)
    found, left = scope.of_session(session, at=at), set[str]()
    with timezone.override(reader.zone):
        return telling.of_session(gathering.story(found, session, reader, left), found, reader, left)


def of_station(station: Station, *, since: datetime, until: datetime, person: User, at: datetime) -> Explanation:
    """What happened at a station between two times; staff of a company read no names there but of their own people."""
    reader = Reader(person, at, zone_of(station), knows=person.company_id is None)
    found, left = scope.Scope(station, since, until), set[str]()
    with timezone.override(reader.zone):
        return telling.of_station(gathering.watch(found, reader, left), found, reader, left)
