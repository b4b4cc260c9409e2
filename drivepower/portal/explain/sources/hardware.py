"""What stations did and were asked: commands, statuses, connections, alerts, reports."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F, Q, Value

from accounts.named import with_names
from charging.attribution import NO_ID
from drivepower.core.models import Alert
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.shapes import ALERT, COMMAND, CONNECTION, STATUS
from drivepower.portal.explain.sources.bounded import bounded
from stations import outages
from stations.models import Command, ConnectionSpan, Report, StatusSpan

MOST, FEW = 200, 50
# So long ago a connection may have begun that held in the window, among this many newer ones.
LONG = timedelta(days=400)
# Sorted as found: by the index of times PostgreSQL might walk through all alerts there are for the few of a subject.
NEWEST = (F("opened_at") + Value(timedelta(0))).desc()
# Behind every number of a transaction, however the database sorts.
BEYOND = "z" * 40


def commands(scope: Scope, reader: Reader, left: set[str]) -> list[Command]:
    """Of the session, and of its station meanwhile."""
    here = Q(station=scope.station, asked_at__gte=scope.since, asked_at__lte=scope.until)
    if scope.session is not None:
        here = (here & ~Q(subject__startswith="session:")) | Q(subject=scope.session.subject)
    rows = reader.rows(Command.objects.filter(here), "stations.view_command")
    if rows is None:
        return []
    return bounded(with_names(rows, by="asked_by").order_by("id")[: MOST + 1], most=MOST, name=COMMAND, left=left)


def statuses(scope: Scope, reader: Reader, left: set[str]) -> list[StatusSpan]:
    """What began in that time, and what held as it began; by the index of station, number and time."""
    rows = reader.rows(StatusSpan.objects.filter(station=scope.station), "stations.view_statusspan")
    if rows is None:
        return []
    numbers = scope.numbers or frozenset(one.number for one in scope.station.connectors.all()) | {0}
    inside = rows.filter(number__in=numbers, since__gte=scope.since, since__lte=scope.until)
    held = [rows.filter(number=one, since__lt=scope.since).order_by("-since")[:1] for one in sorted(numbers)]
    both = inside.order_by("since", "id")[: MOST + 1].union(*held, all=True)
    found = sorted(both, key=lambda one: (one.since, one.pk))
    before = [one for one in found if one.since < scope.since]
    return [*before, *bounded(found[len(before) :], most=MOST, name=STATUS, left=left)]


def connections(scope: Scope, reader: Reader, left: set[str]) -> list[ConnectionSpan]:
    """Those that held or ended in that time, and the last one before."""
    known = ConnectionSpan.objects.filter(station=scope.station, since__lte=scope.until)
    rows = reader.rows(known.filter(since__gte=scope.since - LONG), "stations.view_connectionspan")
    if rows is None:
        return []
    newest = list(rows.order_by("-epoch")[: FEW + 1])
    ended = [one for one in newest if one.until is not None and one.until < scope.since]
    return bounded([one for one in newest if one not in ended[1:]], most=FEW, name=CONNECTION, left=left)


def alerts(scope: Scope, reader: Reader, left: set[str], *, paid: Sequence[str] = ()) -> list[Alert]:
    """About the session and what it was `paid` with, whenever; as far as they were open then, about its connector,
    station and place, and about many stations at once. One query, by the index of subjects.
    """
    code, session = scope.station.code, scope.session
    own = [*paid, *([session.subject, lost_stop(code, session.ocpp_id)] if session is not None else [])]
    then = Q(opened_at__lte=scope.until) & (Q(resolved_at=None) | Q(resolved_at__gte=scope.since))
    network = Q(kind=outages.KIND, subject=outages.SUBJECT)
    about = Q(subject__in=own) | (then & (Q(subject__in=subjects(scope)) | network))
    if session is None:
        first = lost_stop(code, "")
        lost = Q(subject__gte=first, subject__lte=first + BEYOND, subject__startswith=first)
        about |= lost & Q(opened_at__gte=scope.since, opened_at__lte=scope.until)
    rows = reader.rows(Alert.objects.filter(about), "core.view_alert")
    if rows is None:
        return []
    named = with_names(rows, by="acknowledged_by").order_by(NEWEST)
    found = bounded(named[: FEW + 1], most=FEW, name=ALERT, left=left)
    if session is None:
        return found
    return [one for one in found if one.subject in own or one.opened_at >= scope.since or one.resolved_at is None]


def subjects(scope: Scope) -> list[str]:
    """What alerts about the place, the station and its connectors are about, and about ends that name no charge."""
    code, place = scope.station.code, scope.station.location
    numbers = scope.numbers or frozenset(one.number for one in scope.station.connectors.all()) | {0}
    found = [f"station:{code}", *(f"connector:{code}/{number}" for number in sorted(numbers))]
    found += [lost_stop(code, name) for name in sorted(NO_ID)]
    return found if place is None else [*found, f"location:{place.code}"]


def lost_stop(code: str, ocpp_id: str) -> str:
    """What the alert is about of a StopTransaction that could not be kept."""
    return f"station:{code}:stop:{ocpp_id}"


def reports(scope: Scope, reader: Reader, left: set[str]) -> list[Report]:
    """What people said was wrong there and then, or with this session."""
    about = Q(station=scope.station, made_at__gte=scope.since, made_at__lte=scope.until)
    if scope.session is not None:
        about |= Q(station=scope.station, session=scope.session.public_id)
    rows = reader.rows(Report.objects.filter(about), "stations.view_report")
    if rows is None:
        return []
    named = with_names(rows, by="said_by", filer="filed_by").order_by("-id")
    return bounded(named[: FEW + 1], most=FEW, name=ALERT, left=left)
