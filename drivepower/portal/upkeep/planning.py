"""Work made of an alert or a report, prefilled by it; of two who make it at once, one does."""

from datetime import datetime

from django.db import transaction

from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from drivepower.portal.upkeep.cards import OPEN_REPORTS, OPEN_WORK
from stations import reports
from stations.models import Maintenance, Report
from stations.planning import place_of


@transaction.atomic
def plan_report(*, report: Report, by: str, at: datetime) -> Maintenance:
    """Work on what was reported, which is looked after with it. Refusal report_moved, station_not_found."""
    locked = Report.objects.select_for_update(of=("self",)).select_related("station").get(pk=report.pk)
    if locked.state not in OPEN_REPORTS or locked.maintenance.filter(state__in=OPEN_WORK).exists():
        raise Refusal("report_moved", "Somebody has made work of it already, or it is over.")
    if locked.station is None:
        raise Refusal("station_not_found", "The report names no station.")
    reports.take(report=locked, by=by)
    return Maintenance.objects.create(
        station=locked.station,
        number=locked.number,
        what=" ".join(locked.text.split())[:200],
        report=locked,
        made_by=by,
        made_at=at,
    )


@transaction.atomic
def plan_alert(*, alert: Alert, by: str, at: datetime) -> Maintenance:
    """Work on what the alert is about. Refusal alert_moved, station_not_found."""
    locked = Alert.objects.select_for_update().get(pk=alert.pk)
    if locked.resolved_at is not None or locked.maintenance.filter(state__in=OPEN_WORK).exists():
        raise Refusal("alert_moved", "Somebody has made work of it already, or its cause has gone.")
    station, number = place_of(locked)
    if station is None:
        raise Refusal("station_not_found", "The alert names no station.")
    return Maintenance.objects.create(
        station=station,
        number=number,
        what=locked.said[:200],
        alert=locked,
        made_by=by,
        made_at=at,
    )
