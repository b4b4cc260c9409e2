"""The report of a month, made when the month is over wherever a station stands, and never again."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.statements.making import following, last_month
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly.figures import figures_of
from stations.models import Location, Station

# After the month's end, for the last charges of it to be settled and counted.
GRACE = timedelta(hours=6)


def make_due(*, at: datetime) -> int:
    """Make the report of the last month if it is over everywhere and there is none; how many that were."""
    month = last_month(at)
    if ends(month) + GRACE > at or MonthlyReport.objects.filter(month=month).exists():
        return 0
    if not Station.objects.filter(created_at__lt=ends(month)).exists():
        return 0
    return make(month=month, at=at)


def make(*, month: date, at: datetime) -> int:
    """Make the report of the month that begins on that day; 0 where somebody else just has."""
    report = MonthlyReport(month=month, figures=figures_of(month=month, at=at), made_at=at)
    made = MonthlyReport.objects.filter(month=month).exists()
    MonthlyReport.objects.bulk_create([report], ignore_conflicts=True)
    return int(not made)


def ends(month: date) -> datetime:
    """The instant at which the month has ended in every zone where there is a location."""
    named = set(Location.objects.order_by().values_list("time_zone", flat=True).distinct())
    zones = named | {settings.DEFAULT_LOCATION_TIME_ZONE}
    return max(datetime.combine(following(month), time(), ZoneInfo(zone)).astimezone(UTC) for zone in zones)
