"""What goes worse than it went: each connector and station against its own last thirty days, once a day.

One statement for each trend, over rows that an index finds; what is too little to mean anything is left out, so that
a quiet place does not ring. An alert ends on the first day on which its trend is gone.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from drivepower.core import alerts
from drivepower.core.alert_kinds import figure
from drivepower.core.models import Alert, AlertRule, Tally
from drivepower.core.sentences import sentence
from stations.recovery.places import places_of, rule_for, rules_of

# A rate has to be seen for some days; counts of a day are held against what a day had.
LATELY, BEFORE = timedelta(days=3), timedelta(days=30)
# Less history than this says nothing of a usual day.
FEWEST_DAYS = 7
TALLIES_KEPT = timedelta(days=40)
# One fault or disconnect a month is no habit that three of a day should be three times of.
LEAST_HABIT = 0.5

SUCCESS = """
SELECT 'connector:' || station.code || '/' || connector.number,
    sum(attempts) FILTER (WHERE day > %(recent)s), sum(failures) FILTER (WHERE day > %(recent)s),
    sum(attempts) FILTER (WHERE day <= %(recent)s), sum(failures) FILTER (WHERE day <= %(recent)s)
FROM charging_dailyfigures AS figures
JOIN stations_connector AS connector ON connector.id = figures.connector_id
JOIN stations_station AS station ON station.id = connector.station_id
WHERE day > %(since)s AND day <= %(today)s GROUP BY station.code, connector.number
"""
# Of the day that is over, and of the thirty before it; the days for which there is something to compare with.
DISCONNECTS = """
SELECT 'station:' || station.code,
    count(*) FILTER (WHERE span.until > %(at)s - interval '1 day'),
    count(*) FILTER (WHERE span.until <= %(at)s - interval '1 day'),
    least(30, extract(day FROM %(at)s - station.created_at) - 1), ''
FROM stations_station AS station
JOIN stations_connectionspan AS span ON span.station_id = station.id AND span.epoch > station.epoch - 5000
WHERE span.until > %(at)s - interval '31 days' AND span.until <= %(at)s AND span.reason <> 'gateway_died'
GROUP BY station.code, station.created_at
"""
FAULTS = """
SELECT 'connector:' || station.code || '/' || span.number,
    count(*) FILTER (WHERE span.since > %(at)s - interval '1 day'),
    count(*) FILTER (WHERE span.since <= %(at)s - interval '1 day'),
    least(30, extract(day FROM %(at)s - station.created_at) - 1), span.error_code
FROM stations_station AS station
JOIN stations_connector AS connector ON connector.station_id = station.id
JOIN stations_statusspan AS span ON span.station_id = station.id AND span.number = connector.number
WHERE span.since > %(at)s - interval '31 days' AND span.since <= %(at)s AND span.status = 'Faulted'
GROUP BY station.code, station.created_at, span.number, span.error_code
"""
KEEP_BOOTS = """
INSERT INTO core_tally (what, subject, day, total)
SELECT 'boots', 'station:' || station.code, %(today)s, seen.boot_count
FROM stations_stationseen AS seen JOIN stations_station AS station ON station.id = seen.station_id
ON CONFLICT (what, subject, day) DO UPDATE SET total = excluded.total
"""
RESETS = """
SELECT subject,
    max(total) - max(total) FILTER (WHERE day < %(today)s),
    max(total) FILTER (WHERE day < %(today)s) - min(total),
    max(day) FILTER (WHERE day < %(today)s) - min(day), ''
FROM core_tally WHERE what = 'boots' AND day > %(since)s AND day <= %(today)s
GROUP BY subject HAVING count(*) FILTER (WHERE day < %(today)s) > 0 AND count(*) FILTER (WHERE day = %(today)s) > 0
"""
# The usual share of its rated power that a charge of more than a few minutes takes on average.
POWER = """
SELECT 'connector:' || station.code || '/' || connector.number,
    count(*) FILTER (WHERE is_recent), percentile_cont(0.5) WITHIN GROUP (ORDER BY share) FILTER (WHERE is_recent),
    count(*) FILTER (WHERE NOT is_recent),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY share) FILTER (WHERE NOT is_recent)
FROM (
    SELECT session.connector_id, session.started_at > %(at)s - interval '3 days' AS is_recent,
        session.billed_energy_wh * 3600.0 / extract(epoch FROM session.stopped_at - session.started_at)
            / rated.max_power_w AS share
    FROM charging_session AS session JOIN stations_connector AS rated ON rated.id = session.connector_id
    WHERE session.started_at > %(at)s - interval '33 days' AND session.started_at <= %(at)s
        AND session.state IN ('ended', 'settled') AND session.billed_energy_wh > 0 AND rated.max_power_w > 0
        AND session.stopped_at > session.started_at + interval '5 minutes'
) AS charge
JOIN stations_connector AS connector ON connector.id = charge.connector_id
JOIN stations_station AS station ON station.id = connector.station_id
GROUP BY station.code, connector.number
"""


class Found(NamedTuple):
    """What a statement says of one subject."""

    subject: str
    values: tuple[Any, ...]


def watch_trends(*, at: datetime) -> int:
    """Open alerts for what goes worse, and end those of what does no more; answers how many stand."""
    asked("", KEEP_BOOTS, at=at)
    Tally.objects.filter(day__lt=(at - TALLIES_KEPT).date()).delete()
    return sum(_watch(kind, statement, at=at) for kind, statement in STATEMENTS.items())


def _watch(kind: str, statement: str, *, at: datetime) -> int:
    rules = rules_of(kind)
    found = asked(kind, statement, at=at) if rules else []
    places = places_of(one.subject for one in found)
    texts: dict[AlertRule, dict[str, str]] = defaultdict(dict)
    for one in found:
        rule = rule_for(rules, kind, places[one.subject]) if one.subject in places else None
        text = JUDGES[kind](rule, *one.values) if rule is not None else ""
        if rule is not None and text:
            texts[rule][one.subject] = text
    named = {subject for of_rule in texts.values() for subject in of_rule}
    alerts.resolve(Alert.objects.filter(kind=kind).exclude(subject__in=named), at=at)
    for rule, of_rule in texts.items():
        alerts.open_alerts(kind=kind, texts=of_rule, at=at, rule=rule)
    return len(named)


def asked(kind: str, statement: str, *, at: datetime) -> list[Found]:
    """The rows of a statement; of the one that keeps what is to be compared later, none."""
    today = at.date()
    values = {"at": at, "today": today, "recent": today - LATELY, "since": today - BEFORE - LATELY}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Found(row[0], tuple(row[1:])) for row in cursor.fetchall()] if kind else []


def worse_success(rule: AlertRule, tries: int | None, failed: int, tries_before: int | None, failed_before: int) -> str:
    """First tries succeed less often by so many points, with enough tries on both sides."""
    least = figure(rule, "least_attempts")
    if not tries or not tries_before or tries < least or tries_before < 2 * least:
        return ""
    now, before = 100 * (1 - failed / tries), 100 * (1 - failed_before / tries_before)
    if before - now < figure(rule, "points"):
        return ""
    return sentence(
        "%(now)s %% of %(tries)s first tries succeeded in three days; in the thirty days before it was %(before)s %%.",
        now=f"{now:.0f}",
        tries=tries,
        before=f"{before:.0f}",
    )


def worse_count(rule: AlertRule, count: int | None, before: int | None, days: Any, what: str) -> str:
    """A day has so many times what its usual day has, and enough of them to mean anything."""
    known = int(days or 0)
    if count is None or before is None or known < FEWEST_DAYS or count < figure(rule, "least"):
        return ""
    usual = before / known
    if count < figure(rule, "times") * max(usual, LEAST_HABIT):
        return ""
    said = {"count": count, "known": known, "usual": Decimal(f"{usual:.1f}")}
    if not what:
        return sentence("%(count)s within a day; its usual day of the last %(known)s had %(usual)s.", **said)
    return sentence(
        "%(count)s within a day (%(what)s); its usual day of the last %(known)s had %(usual)s.", what=what, **said
    )


def worse_power(rule: AlertRule, count: int, share: float | None, count_before: int, share_before: float | None) -> str:
    """Charges take that much less of the rated power than they used to, by the median of each."""
    least = figure(rule, "least")
    if share is None or not share_before or count < least or count_before < 2 * least:
        return ""
    if float(share) > float(share_before) * (1 - figure(rule, "percent") / 100):
        return ""
    return sentence(
        "Charges of three days took %(now)s %% of its rated power (median of %(count)s);"
        " in the thirty days before it was %(before)s %%.",
        now=f"{100 * share:.0f}",
        count=count,
        before=f"{100 * share_before:.0f}",
    )


STATEMENTS = {
    "trend_success": SUCCESS,
    "trend_resets": RESETS,
    "trend_disconnects": DISCONNECTS,
    "trend_faults": FAULTS,
    "trend_power": POWER,
}
JUDGES: dict[str, Any] = {
    "trend_success": worse_success,
    "trend_resets": worse_count,
    "trend_disconnects": worse_count,
    "trend_faults": worse_count,
    "trend_power": worse_power,
}
