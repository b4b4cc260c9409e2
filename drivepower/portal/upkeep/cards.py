"""What stands on the board, in four columns, in a constant number of queries, cut to the person's company."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.named import with_names
from drivepower.core import clocks
from drivepower.core.models import Alert
from stations import answers
from stations.access import zone_of
from stations.models import Connector, Location, Maintenance, Report, Station
from stations.recovery.places import named_in

# So many cards of a kind stand in a column; the lists have the rest.
MOST = 50
# What has ended is on the board for so long.
LOOKED_BACK = timedelta(days=7)
OPEN_WORK = [Maintenance.State.PLANNED, Maintenance.State.UNDER_WAY]
OPEN_REPORTS = [Report.State.OPEN, Report.State.TAKEN]
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the board is narrowed to: a place by its key, an assignee by public id or `nobody`; None is everything."""

    place: int | None = None
    assignee: str | None = None


@dataclass(slots=True)
class Card:
    """One alert, report or work."""

    kind: str
    row: Any
    title: str
    since: datetime
    station: Station | None = None
    number: int | None = None
    assignee: str = ""
    # From when until when work is planned: by the clock in force, and by that of its place.
    times: Sequence[str] = ()
    # What becomes of an answer, for who may give one.
    outlook: str = ""
    # The report that is answered where the work of it is done.
    report: Report | None = None


@dataclass(slots=True)
class Column:
    """One stage."""

    name: str
    title: Any
    cards: list[Card] = field(default_factory=list)
    # There are more of them than stand here.
    is_cut: bool = False


def board(person: User, wanted: Wanted, *, at: datetime) -> list[Column]:
    """The four columns; the oldest of what waits first, the newest of what is over first."""
    works = works_of(person, wanted)
    open_ones = {state: works.filter(state=state).order_by("id")[: MOST + 1] for state in OPEN_WORK}
    planned, under_way = ([card_of_work(one) for one in open_ones[state]] for state in OPEN_WORK)
    ended = works.filter(ended_at__gt=at - LOOKED_BACK).order_by("-ended_at")[: MOST + 1]
    over = [card_of_work(one) for one in ended]
    told = [card_of_report(one) for one in answered(person, wanted, at=at)]
    alerts, reports = alert_cards(person, wanted), [card_of_report(one) for one in reported(person, wanted)]
    waits = [*alerts[:MOST], *reports[:MOST]]
    are_more = len(alerts) > MOST or len(reports) > MOST
    return [
        Column("reported", _("Reported"), sorted(waits, key=lambda card: card.since), are_more),
        Column("planned", _("Planned"), planned[:MOST], len(planned) > MOST),
        Column("under_way", _("Under way"), under_way[:MOST], len(under_way) > MOST),
        Column(
            "done",
            _("Done and answered"),
            sorted([*over[:MOST], *told[:MOST]], key=lambda card: card.since, reverse=True),
            len(over) > MOST or len(told) > MOST,
        ),
    ]


def works_of(person: User, wanted: Wanted) -> "QuerySet[Maintenance]":
    """The work that this person may see, so far as it is asked for."""
    if not person.has_perm("stations.view_maintenance"):
        return Maintenance.objects.none()
    rows = Maintenance.objects.seen_by(person)
    if wanted.assignee == NOBODY:
        rows = rows.filter(assignee=None)
    elif wanted.assignee:
        rows = rows.filter(assignee__public_id=wanted.assignee)
    whole: QuerySet[Maintenance] = at_place(rows, wanted)
    return whole.select_related("station__location", "assignee", "report", "alert")


def reported(person: User, wanted: Wanted) -> "QuerySet[Report]":
    """Reports that nobody has made work of."""
    worked = Maintenance.objects.filter(state__in=OPEN_WORK, report__isnull=False)
    return reports_of(person, wanted).filter(state__in=OPEN_REPORTS).exclude(maintenance__in=worked)[: MOST + 1]


def answered(person: User, wanted: Wanted, *, at: datetime) -> "QuerySet[Report]":
    """Reports that were answered lately."""
    found = reports_of(person, wanted).filter(state=Report.State.ANSWERED, answered_at__gt=at - LOOKED_BACK)
    return found.order_by("-answered_at")[: MOST + 1]


def reports_of(person: User, wanted: Wanted) -> "QuerySet[Report]":
    """The reports that this person may see, so far as they are asked for."""
    if not person.has_perm("stations.view_report"):
        return Report.objects.none()
    rows = Report.objects.seen_by(person)
    if wanted.assignee:
        rows = rows.filter(owner="" if wanted.assignee == NOBODY else f"staff:{wanted.assignee}")
    named = with_names(at_place(rows, wanted).select_related("station__location"), owner_name="owner")
    found: QuerySet[Report] = named.order_by("id")
    return found


def at_place(rows: "QuerySet[Any]", wanted: Wanted) -> "QuerySet[Any]":
    """Those at the place that is asked for."""
    return rows.filter(station__location=wanted.place) if wanted.place else rows


def alert_cards(person: User, wanted: Wanted) -> list[Card]:
    """Open alerts about a station that nobody has made work of, for the house alone; reports stand for themselves."""
    if not person.has_perm("core.view_alert") or (wanted.assignee and wanted.assignee != NOBODY):
        return []
    about = Q(subject__startswith="station:") | Q(subject__startswith="connector:")
    if wanted.place:
        about = Q(subject__in=subjects_at(wanted.place))
    rows = Alert.objects.seen_by(person).open().filter(about).exclude(kind="report")
    waiting = rows.exclude(maintenance__state__in=OPEN_WORK).order_by("-opened_at")
    found = list(waiting[: MOST + 1])
    places = [named_in(one.subject) for one in found]
    codes = {code for code, _number in places}
    stations = {one.code: one for one in Station.objects.filter(code__in=codes).select_related("location")}
    return [
        Card("alert", one, one.said, one.opened_at, stations[code], number)
        for one, (code, number) in zip(found, places, strict=True)
        if code in stations
    ]


def subjects_at(place: int) -> list[str]:
    """What alerts about the stations and connectors of a place are about."""
    codes = Station.objects.filter(location=place).values_list("code", flat=True)
    plugs = Connector.objects.filter(station__location=place).values_list("station__code", "number")
    return [*(f"station:{code}" for code in codes), *(f"connector:{code}/{number}" for code, number in plugs)]


def card_of_report(report: Any) -> Card:
    """A report; whoever looks after it stands as its assignee."""
    since = report.answered_at or report.made_at
    card = Card("report", report, report.text, since, report.station, report.number, report.owner_name or "")
    card.outlook = answers.outlook(report)
    return card


def card_of_work(work: Maintenance) -> Card:
    """Work, with the report that it came of while its driver waits for an answer."""
    waits = work.report if work.report is not None and work.report.state in OPEN_REPORTS else None
    assignee = str(work.assignee) if work.assignee else ""
    card = Card("work", work, work.what, work.ended_at or work.made_at, work.station, work.number, assignee)
    card.times = times_of(work)
    if waits is not None:
        card.report, card.outlook = waits, answers.outlook(waits)
    return card


def times_of(work: Maintenance) -> list[str]:
    """From when until when it is planned, by the clock in force and by that of its place where that is another."""
    moments = [timezone.localtime(at) for at in (work.starts_at, work.ends_at) if at is not None]
    if not moments:
        return []
    ours = f"{' – '.join(date_format(one, 'j M H:i') for one in moments)} ({clocks.offset(moments[-1])})"
    return [ours, *filter(None, [clocks.elsewhere(zone_of(work.station), *moments)])]


def places(person: AbstractBaseUser) -> "QuerySet[Location]":
    """The places that the board can be narrowed to."""
    return Location.objects.seen_by(person).only("id", "code", "name").order_by("code")  # type: ignore[arg-type]  # staff


def people(person: User) -> "QuerySet[User]":
    """Who work is given to: staff that this person may see."""
    staff = User.objects.filter(role=User.Role.STAFF, is_active=True, company=person.company)
    return staff.order_by("name", "email")
