"""A monthly report on paper, in the language in force."""

from typing import Any

from django.utils.translation import gettext as _

from billing.paper import Paper
from billing.parties import seller_today
from billing.wording import moment, zone_of
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import told

WIDTHS = (36, 17, 16, 17, 17, 21, 14, 17, 19)
# So many rows of each table are on paper; the workbook holds all of them.
MOST = 40


def pdf_of(report: MonthlyReport) -> bytes:
    """The report as a PDF; times are the network's, a month is counted by each location's clock."""
    figures, zone = report.figures, zone_of("")
    paper = Paper(title=told.title(report), seller=seller_today(), at=report.made_at)
    total = figures["total"]
    paper.facts(
        [
            (_("Made"), moment(report.made_at, zone)),
            (_("Times"), _("on the clock of %(zone)s") % {"zone": zone.key}),
            (_("Connectors"), str(len(figures["connectors"]))),
            (_("Uptime"), told.uptime(total)),
            (_("Worked at first"), told.success(total)),
        ]
    )
    table(paper, _("Ten worst"), _("Connector"), figures["worst"])
    causes(paper, figures["causes"])
    table(paper, _("Locations"), _("Location"), figures["locations"])
    table(paper, _("Vendors"), _("Vendor"), figures["vendors"])
    for sentence in sentences():
        paper.say(sentence, size=8.5)
    return paper.done()


def table(paper: Paper, title: str, name: str, rows: list[dict[str, Any]]) -> None:
    """A heading and the first rows of a table."""
    if rows:
        paper.say(title, bold=True, size=11)
        heads = told.heads()
        kept = [0, 1, 2, 3, 4, 6, 7, 8]  # the paper is narrow: maintenance stands in the workbook
        lines = [[told.named(row), *(told.cells(row)[place] for place in kept)] for row in rows[:MOST]]
        paper.rows([name, *(heads[place] for place in kept)], lines, WIDTHS)


def causes(paper: Paper, found: list[dict[str, Any]]) -> None:
    """What kept connectors down, and for how long."""
    if found:
        paper.say(_("Causes of downtime"), bold=True, size=11)
        lines = [[told.cause(one["cause"]), told.hours(one["seconds"])] for one in found[:MOST]]
        paper.rows([_("Cause"), _("Hours")], lines, (140, 34))


def sentences() -> list[str]:
    """How the figures are meant."""
    return [
        _("A connector is down while its station is offline, or while it says Faulted or Unavailable."),
        _("Maintenance windows are left out."),
        _("Stations in service are counted, from their first day on. Errors of one connector can be there at once."),
        _("A first try worked if it became a charge; tries of a driver within ten minutes at a station are one."),
    ]  # fmt: skip
