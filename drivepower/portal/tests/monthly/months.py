"""A month of a small network, whose figures a person can reckon."""

from datetime import UTC, date, datetime, timedelta

from charging.models import DailyFigures
from stations.models import ConnectionSpan, Connector, Location, Station, StatusSpan

FEBRUARY = date(2026, 2, 1)
BEGINS = datetime(2026, 1, 31, 18, tzinfo=UTC)  # in Bishkek
OVER = BEGINS + timedelta(days=29)
HOSTILE = '=HYPERLINK("http://x")'


def network() -> None:
    """Two stations with one connector each: the first was online all February but faulted on its last two days, the
    second was online for its first half."""
    place = Location.objects.create(code="PLACE", address="-", latitude=42, longitude=74, time_zone="Asia/Bishkek")
    for code, vendor in (("S-1", "Volt"), ("S-2", HOSTILE)):
        station = Station.objects.create(code=code, identity=code.lower(), location=place, vendor=vendor)
        Station.objects.filter(pk=station.pk).update(created_at=BEGINS)
        Connector.objects.create(station=station, number=1)
    one, two = Connector.objects.order_by("station__code")
    ConnectionSpan.objects.create(station=one.station, epoch=1, since=BEGINS, until=None)
    ConnectionSpan.objects.create(station=two.station, epoch=1, since=BEGINS, until=BEGINS + timedelta(days=14))
    StatusSpan.objects.create(
        station=one.station, number=1, status="Faulted", error_code="GroundFailure", since=BEGINS + timedelta(days=26)
    )
    figures = {"sessions": 9, "attempts": 8, "failures": 2, "energy_wh": 120_500}
    DailyFigures.objects.create(day=FEBRUARY, connector=one, **figures)
    DailyFigures.objects.create(day=date(2026, 2, 28), connector=one, sessions=1, attempts=2, energy_wh=500)
    DailyFigures.objects.create(day=date(2026, 3, 1), connector=one, sessions=100, attempts=100, failures=100)
