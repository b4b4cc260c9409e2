"""Many stations that fall silent together are one trouble, and one alert: a provider, a power cut, or us."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from drivepower.core import alerts
from drivepower.core.models import Alert
from stations.models import ConnectionSpan, Station

KIND, SUBJECT = "stations_offline", "network"
# Lost within this time of each other; whoever is back sooner than the grace was never missed.
WITHIN, GRACE = timedelta(minutes=5), timedelta(minutes=1)
FEWEST, SHARE = 5, 0.1
NAMED = 10


def watch(*, at: datetime) -> bool:
    """Open one alert when many stations went offline together, end it when most are back; True while it is open."""
    opened_at = Alert.objects.open().filter(kind=KIND, subject=SUBJECT).values_list("opened_at", flat=True).first()
    lost = lost_since(min(opened_at or at, at) - WITHIN, at=at)
    if len(lost) < enough():
        alerts.resolve_alert(kind=KIND, subject=SUBJECT, at=at)
        return False
    alerts.open_alert(kind=KIND, subject=SUBJECT, text=text_of(lost), at=at)
    return True


def lost_since(since: datetime, *, at: datetime) -> list[str]:
    """The codes of stations in service that lost their socket after that moment and did not come back in time."""
    span = ConnectionSpan.objects.filter(station=OuterRef("pk"), epoch=OuterRef("epoch"))
    offline = Station.objects.filter(service_state=Station.ServiceState.IN_SERVICE, epoch__gt=0).exclude(
        pk__in=Station.objects.online(at=at).values("pk")
    )
    gone = offline.alias(until=Subquery(span.values("until")[:1])).filter(until__gt=since, until__lte=at - GRACE)
    return list(gone.order_by("code").values_list("code", flat=True))


def enough() -> int:
    """How many make it one trouble: a tenth of the stations that were ever here, and never fewer than five."""
    known = Station.objects.filter(service_state=Station.ServiceState.IN_SERVICE, epoch__gt=0).count()
    return max(FEWEST, round(known * SHARE))


def text_of(lost: Sequence[str]) -> str:
    """Which they are, as far as a person reads."""
    more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    return f"{len(lost)} stations went offline together: {', '.join(lost[:NAMED])}{more}."
