"""Which charges figures count, asked of the facts themselves: today's share, and the lists behind the numbers."""

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db.models import DateField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce

from accounts.models import IdTag
from charging.models import Session
from charging.models.session import TRIED_AT, SessionQuerySet

State = Session.State
# A day is up to so much earlier or later than in UTC.
FARTHEST = timedelta(hours=14)
DAY = timedelta(days=1)
# What is in review may be a meter's mistake: it counts when somebody has looked at it.
COUNTED = (State.ACTIVE, State.STOPPING, State.ENDED, State.SETTLED, State.WAIVED)
# For how long tries of a driver at a station are of one wish.
ONE_WISH = timedelta(minutes=10)


def of_day(sessions: SessionQuerySet, day: date) -> SessionQuerySet:
    """Those that began on that day of their place and count, running ones too."""
    begins = datetime.combine(day, time.min, UTC)
    near = Q(started_at__gte=begins - FARTHEST, started_at__lt=begins + DAY + FARTHEST)
    counted = without_service(sessions.filter(near, state__in=COUNTED))
    found: SessionQuerySet = counted.alias(began_on=day_of("started_at")).filter(began_on=day)
    return found


def failed_first(sessions: SessionQuerySet, *, since: date) -> SessionQuerySet:
    """First tries that came to nothing, from that day of their place on."""
    begins = datetime.combine(since, time.min, UTC) - FARTHEST
    failed = without_service(sessions.filter(state=State.FAILED, requested_at__gte=begins))
    same = Session.objects.filter(driver=OuterRef("driver"), station=OuterRef("station"), pk__lt=OuterRef("pk"))
    shortly = Q(tried_at__gte=OuterRef("requested_at") - ONE_WISH, tried_at__lte=OuterRef("requested_at"))
    before = same.alias(tried_at=TRIED_AT).filter(shortly)
    tried: SessionQuerySet = failed.alias(tried_on=day_of("requested_at")).filter(~Exists(before), tried_on__gte=since)
    return tried


def of_nobody(sessions: SessionQuerySet, *, since: datetime) -> SessionQuerySet:
    """Those since then that nobody pays for: no driver, and no owner of the card."""
    begun = sessions.filter(driver=None, company=None, started_at__gte=since)
    return without_service(begun)


def without_service(sessions: SessionQuerySet) -> SessionQuerySet:
    """Those that were begun with no card of the service."""
    return sessions.exclude(id_tag__kind=IdTag.Kind.SERVICE)


def day_of(column: str) -> Cast:
    """On which day that was, by the clock of the place."""
    zone = Coalesce("station__location__time_zone", Value(settings.DEFAULT_LOCATION_TIME_ZONE))
    return Cast(Func(zone, F(column), function="timezone"), DateField())
