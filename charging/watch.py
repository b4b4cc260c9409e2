"""Charges that go on without a word, or whose station began anew: told, never ended or made up for that alone."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from charging import review
from charging.models import Session
from charging.models.session import OPEN_STATES
from drivepower.core import alerts
from drivepower.core.alert_kinds import figure
from drivepower.core.models import Alert, AlertRule
from drivepower.core.sentences import sentence
from stations.models import ConnectorState, Station, StationSeen
from stations.models.state import DELIVERING
from stations.recovery.places import places_of, rule_for, rules_of

SILENT, DEAD = "charging_without_session", "nothing_started"
RUNNING = (Session.State.ACTIVE, Session.State.STOPPING)
# A Start comes before or soon after the status that it explains; one that was kept comes later.
START_MAY_COME = timedelta(minutes=5)
# After a boot a station resumes its transaction, or says that it ended, within this time (S 5.14).
GRACE = timedelta(minutes=15)
# Starts that were allowed and came to nothing, one after the other, the newest first; nobody's card or money was why.
DEAD_STARTS = """
WITH lately AS (
    SELECT connector_id,
        state = 'failed' AND failure IN ('start_timeout', 'start_rejected', 'start_unanswered') AS is_dead,
        row_number() OVER (PARTITION BY connector_id ORDER BY id DESC) AS nth
    FROM charging_session
    WHERE state <> 'requested' AND coalesce(requested_at, started_at, created_at) > %(since)s AND id > coalesce(
        (SELECT id FROM charging_session WHERE created_at < %(since)s ORDER BY id DESC LIMIT 1), 0)
)
SELECT 'connector:' || station.code || '/' || connector.number,
    coalesce(min(nth) FILTER (WHERE NOT is_dead) - 1, count(*)) AS in_a_row
FROM lately JOIN stations_connector AS connector ON connector.id = connector_id
JOIN stations_station AS station ON station.id = connector.station_id
GROUP BY station.code, connector.number HAVING bool_or(is_dead AND nth = 1)
"""


def tell_of_silent_charges(*, at: datetime) -> int:
    """An alert for each connector that delivers energy in no session (situation 18); answers how many there are."""
    session = Session.objects.filter(
        station=OuterRef("station"), connector__number=OuterRef("number"), state__in=OPEN_STATES
    )
    silent = ConnectorState.objects.filter(
        ~Exists(session),
        Exists(Station.objects.online(at=at).filter(pk=OuterRef("station"))),
        status__in=DELIVERING,
        number__gt=0,
        received_at__lte=at - START_MAY_COME,
    ).select_related("station")
    texts = {
        f"connector:{state.station.code}/{state.number}": sentence(
            "It says %(status)s, and no transaction was started.", status=state.status
        )
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


def tell_of_dead_starts(*, at: datetime) -> int:
    """An alert for each connector at which nothing begins although it is allowed; answers how many there are."""
    texts: dict[AlertRule, dict[str, str]] = defaultdict(dict)
    rules = rules_of(DEAD)
    for hours in sorted({figure(rule, "hours") for rule in rules}):
        counts = dead_starts(since=at - timedelta(hours=hours))
        places = places_of(counts)
        for subject, count in counts.items():
            rule = rule_for(rules, DEAD, places[subject])
            if rule is not None and figure(rule, "hours") == hours and count >= figure(rule, "in_a_row"):
                texts[rule][subject] = sentence("%(count)s starts in a row were allowed, and none began.", count=count)
    named = {subject for of_rule in texts.values() for subject in of_rule}
    alerts.resolve(Alert.objects.filter(kind=DEAD).exclude(subject__in=named), at=at)
    for rule, of_rule in texts.items():
        alerts.open_alerts(kind=DEAD, texts=of_rule, at=at, rule=rule)
    return len(named)


def dead_starts(*, since: datetime) -> dict[str, int]:
    """How many of the newest starts of each connector came to nothing, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(DEAD_STARTS, {"since": since})
        return dict(cursor.fetchall())
