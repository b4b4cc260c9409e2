"""Alerts and reports in sentences."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from billing.wording import clean
from drivepower.core.alert_kinds import title_of
from drivepower.core.models import Alert
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.shapes import ALERT, BAD, BUSY, GOOD, Moment
from stations.models import Report

Links = Mapping[tuple[str, int], str]
LONGEST = 300


def alerts(rows: Sequence[Alert], reader: Reader, links: Links) -> Iterator[Moment]:
    """When each opened, who took it, and when it was over."""
    for one in rows:
        link, facts = links.get(("alert", one.pk), ""), {"title": clean(title_of(one.kind))}
        text = _("Alert: %(title)s.") % facts
        yield Moment(
            at=one.opened_at, kind=ALERT, text=text, detail=clean(one.said)[:LONGEST], link=link, tone=BAD, is_key=True
        )
        if one.acknowledged_at:
            who = reader.name_of(one.acknowledged_by, getattr(one, "by", None))
            text = _("%(who)s took notice of the alert «%(title)s».") % {**facts, "who": who}
            yield Moment(at=one.acknowledged_at, kind=ALERT, text=text, link=link)
        if one.resolved_at:
            text = _("The alert «%(title)s» was over.") % facts
            yield Moment(at=one.resolved_at, kind=ALERT, text=text, link=link, tone=GOOD)


def reports(rows: Sequence[Report], reader: Reader, links: Links) -> Iterator[Moment]:
    """What people said was wrong, and what they were answered."""
    for one in rows:
        link = links.get(("report", one.pk), "")
        who = reader.name_of(one.said_by, getattr(one, "by", None)) if ":" in one.said_by else _("somebody")
        facts = {"who": who, "text": clean(one.text)[:LONGEST]}
        text = _("A problem was reported by %(who)s: «%(text)s»") % facts
        detail = _("Filed by %(who)s.") % {"who": filer} if (filer := filer_of(one, reader)) else ""
        yield Moment(at=one.made_at, kind=ALERT, text=text, detail=detail, link=link, tone=BUSY, is_key=True)
        if one.answered_at and one.answer:
            text = _("The report was answered: «%(text)s»") % {"text": clean(one.answer)[:LONGEST]}
            yield Moment(at=one.answered_at, kind=ALERT, text=text, link=link, tone=GOOD)


def filer_of(report: Report, reader: Reader) -> str:
    """Who of the staff wrote down what a driver had told; nothing where whoever reported it did so themselves."""
    if report.filed_by in ("", report.said_by):
        return ""
    return reader.name_of(report.filed_by, getattr(report, "filer", None))
