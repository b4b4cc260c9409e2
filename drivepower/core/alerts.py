"""Opens and resolves alerts: one open row per kind and subject, however many processes see the same thing.

Each that opens, is looked after or goes is an event, written by the same statement.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from drivepower.core import doorbell
from drivepower.core.models import Alert, AlertAct, AlertRule
from drivepower.core.sentences import sentence, words_of
from drivepower.core.texts import storable

# What an alert says to whoever is told of it: the same of each kind of event. And the line in its own history.
TELL = """
acts AS (
    INSERT INTO core_alertact (alert_id, what, at, by, text, words, outcome)
    SELECT alert.id, CASE WHEN %(what)s = 'opened' AND alert.count > 1 THEN 'again' ELSE %(what)s END, %(at)s,
        %(by)s, CASE WHEN %(what)s = 'opened' THEN alert.text ELSE '' END,
        CASE WHEN %(what)s = 'opened' THEN alert.words ELSE '{{}}' END, '' FROM alert WHERE {which}
)
INSERT INTO core_event (public_id, kind, subject, station, location, is_public, payload, at)
SELECT gen_random_uuid(), %(event)s::text, 'alert:' || alert.id,
    CASE WHEN alert.subject LIKE 'station:%%' THEN substr(alert.subject, 9, 50) ELSE '' END, '', false,
    jsonb_build_object(
        'alert_id', alert.id, 'kind', alert.kind, 'subject', alert.subject, 'text', alert.text, 'count', alert.count,
        'severity', alert.severity, 'opened_at', alert.opened_at,
        'acknowledged_by', nullif(alert.acknowledged_by, ''), 'resolved_at', alert.resolved_at
    ), %(at)s
FROM alert WHERE {which}
"""
# Alerts of a station and of its connectors stand together.
GROUP = """
CASE WHEN said.subject LIKE 'station:%%' THEN 'station:' || split_part(said.subject, ':', 2)
     WHEN said.subject LIKE 'connector:%%' THEN 'station:' || split_part(split_part(said.subject, ':', 2), '/', 1)
     ELSE said.subject END
"""
# A rule that is off keeps alerts silent; one with a ladder tries that before it calls anybody.
OPEN_OR_COUNT = f"""
WITH rule AS (
    SELECT id, severity, is_on, EXISTS (SELECT FROM core_alertstep WHERE rule_id = core_alertrule.id) AS has_ladder
    FROM core_alertrule
    WHERE CASE WHEN %(rule)s::bigint IS NULL
        THEN kind = %(kind)s AND labels = '{{}}' AND locations = '{{}}' AND vendors = '{{}}'
        ELSE id = %(rule)s::bigint END
    ORDER BY id LIMIT 1
), found AS (
    SELECT said.subject, said.text, said.words, {GROUP} AS place, rule.id AS rule,
        coalesce(rule.severity, 'warning') AS severity, coalesce(rule.is_on, true) AS is_told,
        coalesce(rule.is_on AND rule.has_ladder AND said.subject ~ '^(station|connector):', false) AS climbs
    FROM unnest(%(subjects)s::text[], %(texts)s::text[], %(words)s::jsonb[]) AS said (subject, text, words)
    LEFT JOIN rule ON true
), alert AS (
    INSERT INTO core_alert AS alert (
        kind, subject, text, words, opened_at, last_at, count, acknowledged_by, severity, rule_id, "group", snoozed_by,
        assigned_to, notice_at, notice_round, ladder_at
    )
    SELECT %(kind)s, subject, text, words, %(at)s, %(at)s, 1, '', severity, rule, place, '', '',
        CASE WHEN is_told AND NOT climbs THEN %(at)s END, 0, CASE WHEN climbs THEN %(at)s END
    FROM found ORDER BY subject
    ON CONFLICT (kind, subject) WHERE resolved_at IS NULL
    DO UPDATE SET count = alert.count + 1, last_at = greatest(alert.last_at, excluded.last_at),
        text = excluded.text, words = excluded.words,
        acknowledged_at = CASE WHEN NOT %(anew)s THEN alert.acknowledged_at END,
        acknowledged_by = CASE WHEN NOT %(anew)s THEN alert.acknowledged_by ELSE '' END,
        notice_at = CASE WHEN %(anew)s THEN greatest(excluded.notice_at, alert.snoozed_until) ELSE alert.notice_at END,
        notice_round = CASE WHEN %(anew)s THEN 0 ELSE alert.notice_round END
    RETURNING *
), {TELL.format(which="alert.count = 1 OR %(anew)s")}
"""  # noqa: S608  # our own words
CHANGED = """
WITH alert AS (UPDATE core_alert SET {fields} WHERE id = ANY(%(ids)s) AND {open} RETURNING *), {tell}
"""
TO_ALL = TELL.format(which="true")
RESOLVE = CHANGED.format(
    fields="resolved_at = %(at)s, notice_at = NULL, ladder_at = NULL", open="resolved_at IS NULL", tell=TO_ALL
)
ACKNOWLEDGE = CHANGED.format(
    fields="acknowledged_at = %(at)s, acknowledged_by = %(by)s, notice_at = NULL",
    open="acknowledged_at IS NULL",
    tell=TO_ALL,
)
What = AlertAct.What


# Kinds whose cause the house cannot see going, or sees it only where the same is done again: a person says so.
_closed_by_people: set[str] = set()


def closed_by_people(kind: str) -> str:
    """The name of a kind of alerts that a person closes."""
    _closed_by_people.add(kind)
    return kind


def kinds_for_people() -> list[str]:
    """All kinds that a person closes."""
    return sorted(_closed_by_people)


def open_alert(*, kind: str, subject: str, text: str, at: datetime, anew: bool = False) -> None:
    """Open an alert, or count once more on the one that is open; the newest text stays.

    A text that is a `sentences.Sentence` is said to each reader in their language.

    `anew`: it has happened once more, so whoever acknowledged it has not seen this.
    """
    open_alerts(kind=kind, texts={subject: text}, at=at, anew=anew)


def open_alerts(
    *, kind: str, texts: Mapping[str, str], at: datetime, anew: bool = False, rule: AlertRule | None = None
) -> None:
    """The same for many subjects, each with its text, at once; by that rule, else by the one of its kind for all."""
    said = {storable(subject)[:80]: (storable(text)[:500], kept(text)) for subject, text in texts.items()}
    values: dict[str, Any] = {"kind": kind, "subjects": list(said), "at": at, "by": ""}
    values |= {"texts": [text for text, _words in said.values()], "words": [words for _text, words in said.values()]}
    if said:
        told(
            OPEN_OR_COUNT,
            values
            | {"anew": anew, "what": What.OPENED.value, "event": "alert.opened", "rule": rule.pk if rule else None},
        )


def resolve_alert(*, kind: str, subject: str, at: datetime) -> None:
    """Its cause has gone; nothing happens where none is open."""
    resolve(Alert.objects.filter(kind=kind, subject=subject), at=at)


def resolve(alerts: QuerySet[Alert], *, at: datetime, by: str = "") -> int:
    """The causes of those that are open have gone, as was seen or as that person says; answers how many."""
    found = list(alerts.filter(resolved_at=None).order_by("pk").values_list("pk", flat=True))
    return (
        told(RESOLVE, {"ids": found, "at": at, "by": by, "what": What.RESOLVED.value, "event": "alert.resolved"})
        if found
        else 0
    )


def acknowledge(alerts: QuerySet[Alert], *, by: str, at: datetime) -> int:
    """That person looks after those that nobody does yet; the others stay whose they are. Answers how many."""
    found = list(alerts.filter(acknowledged_at=None).order_by("pk").values_list("pk", flat=True))
    return (
        told(
            ACKNOWLEDGE,
            {"ids": found, "by": by, "at": at, "what": What.ACKNOWLEDGED.value, "event": "alert.acknowledged"},
        )
        if found
        else 0
    )


def snooze(alerts: QuerySet[Alert], *, until: datetime, by: str, at: datetime) -> int:
    """Nobody is told of the open ones before that moment, and people are told again then; answers how many."""
    found = list(alerts.filter(resolved_at=None).order_by("pk").values_list("pk", flat=True))
    rows = Alert.objects.filter(pk__in=found, resolved_at=None)
    rows.filter(acknowledged_at=None).filter(Q(rule=None) | Q(rule__is_on=True)).update(notice_at=until, notice_round=0)
    count = rows.update(snoozed_until=until, snoozed_by=by)
    note(found, what=What.SNOOZED, text=sentence("until %(time)s", time=until), by=by, at=at)
    return count


def assign(alert: Alert, *, to: str, called: str, by: str, at: datetime) -> None:
    """Somebody is to look after it (`staff:<public_id>`), which its history tells by their name."""
    Alert.objects.filter(pk=alert.pk).update(assigned_to=to)
    note([alert.pk], what=What.ASSIGNED, text=called, by=by, at=at)


def escalate(alert: Alert, *, text: str, at: datetime) -> bool:
    """Nothing of its ladder has helped: people are told now; False where it is over or somebody else has said so."""
    rows = Alert.objects.filter(pk=alert.pk, resolved_at=None).exclude(ladder_at=None)
    if not rows.update(ladder_at=None, notice_at=at, notice_round=0):
        return False
    Alert.objects.filter(pk=alert.pk).exclude(acknowledged_at=None).update(notice_at=None)
    Alert.objects.filter(pk=alert.pk, notice_at__lt=F("snoozed_until")).update(notice_at=F("snoozed_until"))
    note([alert.pk], what=What.ESCALATED, text=text, by="", at=at)
    return True


def note(keys: Iterable[int], *, what: AlertAct.What, text: str, by: str, at: datetime) -> None:
    """A line in the history of each of these alerts."""
    said, words = storable(text)[:500], words_of(text)
    AlertAct.objects.bulk_create(
        AlertAct(alert_id=key, what=what, text=said, words=words, by=by, at=at) for key in keys
    )


def kept(text: str) -> str:
    """What a text is made of, as the statement takes it."""
    return json.dumps(words_of(text))


def told(statement: str, values: Mapping[str, Any]) -> int:
    """Change alerts and tell whoever reads events; answers how many were told."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        count: int = cursor.rowcount
    if count:
        doorbell.tell_readers()
    return count
