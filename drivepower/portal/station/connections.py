"""The tab Connection: when it was here, and how its connectors were, span by span."""

from django.utils.translation import gettext as _

from drivepower.portal import wording
from drivepower.portal.station.now import STATUSES
from drivepower.portal.station.page import SHOWN, Page
from drivepower.portal.station.panels import Cell, Panel, listing
from drivepower.portal.station.stripe import why
from stations.models import ConnectionSpan, StatusSpan


def draw(page: Page) -> list[Panel]:
    """Connections and statuses, the newest first."""
    return [connections(page), statuses(page)]


def connections(page: Page) -> Panel:
    """By epoch, of which each connection has its own."""
    found = page.rows(ConnectionSpan.objects.filter(station=page.station), "stations.view_connectionspan")
    return Panel(
        _("Spans of connection"),
        [_("From"), _("Until"), _("Lasted"), _("Why it ended"), _("Address")],
        [
            [
                Cell(page.moment(one.since)),
                Cell(page.moment(one.until) or _("now"), tone="" if one.until else "good"),
                Cell(wording.duration((one.until or page.at) - one.since)),
                Cell(
                    why(one) if one.until else "",
                    _("fought") if one.was_fight else "",
                    tone="bad" if one.was_fight else "",
                ),
                Cell(one.address),
            ]
            for one in found.order_by("-epoch")[:SHOWN]
        ],
        _("It has never connected: look among the knocking, perhaps it comes under another name."),
        listing(page, _("All connections"), "stations_connectionspan", "stations.view_connectionspan"),
    )


def statuses(page: Page) -> Panel:
    """The newest of each connector by the index, then the newest of all."""
    spans = page.rows(StatusSpan.objects.filter(station=page.station), "stations.view_statusspan")
    first, *rest = [spans.filter(number=number).order_by("-since")[:SHOWN] for number in page.numbers]
    found = first.union(*rest, all=True).order_by("-since")[:SHOWN] if rest else first
    return Panel(
        _("Spans of status"),
        [_("Connector"), _("Status"), _("Error"), _("From"), _("Until"), _("Lasted")],
        [status(page, one) for one in found],
        _("It has said nothing of its connectors yet."),
        listing(page, _("All statuses"), "stations_statusspan", "stations.view_statusspan"),
    )


def status(page: Page, span: StatusSpan) -> list[Cell]:
    """One span of one connector."""
    word, tone = STATUSES.get(span.status, (span.status, "off"))
    error = "" if span.error_code == "NoError" else span.error_code
    return [
        Cell(span.number or _("station")),
        Cell(word, span.status, tone=tone),
        Cell(error, tone="bad" if error else ""),
        Cell(page.moment(span.since)),
        Cell(page.moment(span.until) or _("now")),
        Cell(wording.duration((span.until or page.at) - span.since)),
    ]
