"""Charges that go on without a word, or whose station began anew: told, never ended or made up for that alone."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, Func, OuterRef, Q, Value

from charging import review
from charging.models import Session
from charging.models.session import OPEN_STATES
from drivepower.core import alerts
from drivepower.core.models import Alert
from stations.models import ConnectorState, Station, StationSeen

SILENT = "charging_without_session"
RUNNING = (Session.State.ACTIVE, Session.State.STOPPING)
DELIVERS = ("Charging", "SuspendedEV", "SuspendedEVSE")
# A Start comes before or soon after the status that it explains; one that was kept comes later.
START_MAY_COME = timedelta(minutes=5)
# After a boot a station resumes its transaction, or says that it ended, within this time (S 5.14).
GRACE = timedelta(minutes=15)


def tell_of_silent_charges(*, at: datetime) -> int:
    """An alert for each connector that delivers energy in no session (situation 18); answers how many there are."""
    session = Session.objects.filter(
        station=OuterRef("station"), connector__number=OuterRef("number"), state__in=OPEN_STATES
    )
    silent = ConnectorState.objects.filter(
        ~Exists(session),
        Exists(Station.objects.online(at=at).filter(pk=OuterRef("station"))),
        status__in=DELIVERS,
        number__gt=0,
        received_at__lte=at - START_MAY_COME,
    ).select_related("station")
    texts = {
        f"connector:{state.station.code}/{state.number}": f"It says {state.status}, and no transaction was started."
        for state in silent
    }
    alerts.open_alerts(kind=SILENT, texts=texts, at=at)
    alerts.resolve(Alert.objects.filter(kind=SILENT).exclude(subject__in=texts), at=at)
    return len(texts)


def flag_rebooted(*, at: datetime) -> int:
    """Note on running sessions that their station has booted and said nothing of them since; answers how many."""
    booted = StationSeen.objects.filter(
        pk=OuterRef("station"), booted_at__gt=OuterRef("start_received_at"), booted_at__lte=at - GRACE
    )
    heard = Q(meter__last_reading_at__gt=F("station__seen__booted_at"))
    rebooted = Session.objects.filter(Exists(booted), ~heard, state__in=RUNNING).exclude(
        findings__contains=[review.REBOOTED]
    )
    still = Session.objects.filter(pk__in=rebooted.values("pk")).exclude(findings__contains=[review.REBOOTED])
    more = Func(F("findings"), Value(review.REBOOTED), function="array_append")
    return still.update(findings=more)
