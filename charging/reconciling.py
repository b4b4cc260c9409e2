"""Whether what sessions came to is what the books say of them; what differs is an alert until it does not."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from charging.models import Session
from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence

State = Session.State
# A session that ended is settled within seconds; after this long something is broken.
SOON = timedelta(hours=1)

DIFFERS, UNSETTLED, HELD = "session_differs", "session_unsettled", "session_held"
KINDS = (DIFFERS, UNSETTLED, HELD)
OPEN_KINDS = (UNSETTLED, HELD)
NUMBER = re.compile(r"-?\d+(\.\d+)?")

# Every table is read once. What was earned is what came to revenue and tax; debts that people forgave have no receipt.
DIFFERENT = """
WITH asked AS (
    SELECT id, 'session:' || id AS subject, state, revision, receipt_id,
           driver_id IS NOT NULL OR company_id IS NOT NULL AS has_payer
    FROM charging_session WHERE state = ANY(%(finished)s)
), captured AS (
    SELECT DISTINCT ON (subject) subject, revision, net + tax AS gross FROM billing_capture
    WHERE subject LIKE 'session:%%' ORDER BY subject, revision DESC
), receipted AS (
    SELECT subject, sum(gross) AS gross, (array_agg(subject_gross ORDER BY id DESC))[1] AS newest
    FROM billing_receipt WHERE subject LIKE 'session:%%' GROUP BY subject
), earned AS (
    SELECT transfer.subject, sum(
        CASE WHEN target.system IN ('revenue', 'tax') THEN amount ELSE 0 END
        - CASE WHEN source.system IN ('revenue', 'tax') THEN amount ELSE 0 END
    ) FILTER (WHERE transfer.kind <> 'forgiven' OR transfer.made_by = '') AS gross,
    count(*) FILTER (WHERE transfer.kind IN ('refund', 'forgiven') AND transfer.made_by <> '') AS by_hand
    FROM billing_transfer AS transfer
    JOIN billing_wallet AS source ON source.id = transfer.source_id
    JOIN billing_wallet AS target ON target.id = transfer.target_id
    WHERE transfer.subject LIKE 'session:%%' GROUP BY transfer.subject
), told AS (
    SELECT asked.*, settlement.total, captured.gross AS captured, captured.revision AS captured_revision,
           receipted.gross AS receipted, receipted.newest, linked.subject AS receipt_of,
           coalesce(earned.gross, 0) AS earned, coalesce(earned.by_hand, 0) AS by_hand
    FROM asked
    LEFT JOIN charging_settlement AS settlement
        ON settlement.session_id = asked.id AND settlement.revision = asked.revision
    LEFT JOIN captured USING (subject)
    LEFT JOIN receipted USING (subject)
    LEFT JOIN earned USING (subject)
    LEFT JOIN billing_receipt AS linked ON linked.id = asked.receipt_id
), judged AS (
SELECT id, CASE
    WHEN total IS NULL THEN ARRAY['no_settlement', revision::text]
    WHEN state = 'waived' AND total <> 0 THEN ARRAY['waived', total::text]
    WHEN captured IS NULL AND total <> 0 THEN ARRAY['never_charged', total::text]
    WHEN captured IS NULL AND state = 'settled' AND has_payer THEN ARRAY['not_charged']
    WHEN captured <> total THEN ARRAY['charged_as', total::text, captured::text]
    WHEN captured_revision <> revision THEN ARRAY['charged_as_of', captured_revision::text, revision::text]
    WHEN state = 'settled' AND receipt_id IS NULL THEN ARRAY['no_receipt']
    WHEN receipt_of <> subject THEN ARRAY['receipt_of', receipt_of]
    WHEN receipted <> newest THEN ARRAY['receipts_differ', receipted::text, newest::text]
    WHEN receipted IS NULL AND earned <> 0 THEN ARRAY['earned_without', earned::text]
    WHEN receipted <> earned THEN ARRAY['receipts_earned', receipted::text, earned::text]
    WHEN by_hand = 0 AND earned <> total THEN ARRAY['costs_earned', total::text, earned::text]
END AS problem
FROM told
)
SELECT id, problem FROM judged WHERE problem IS NOT NULL ORDER BY id
"""

WAITING = """
SELECT id, ARRAY['unsettled', to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC']
FROM (
    SELECT id, greatest(coalesce(stop_received_at, stopped_at), settle_from) AS ended_at
    FROM charging_session WHERE state = 'ended'
) AS ended
WHERE ended_at <= %(since)s ORDER BY id
"""

HOLDING = """
SELECT session.id, ARRAY['held', session.state, sum(hold.amount)::text]
FROM billing_hold AS hold JOIN charging_session AS session
    ON session.id = substr(hold.subject, 9)::int AND session.state = ANY(%(over)s)
WHERE hold.state = 'active' AND hold.subject ~ '^session:[0-9]+$'
GROUP BY session.id ORDER BY session.id
"""


# What the statements find, in words.
SAYS = {
    "no_settlement": gettext_noop("Session %(number)s: it has no settlement of revision %(a)s."),
    "waived": gettext_noop("Session %(number)s: it is waived and costs %(a)s."),
    "never_charged": gettext_noop("Session %(number)s: it costs %(a)s and was never charged."),
    "not_charged": gettext_noop("Session %(number)s: it was never charged."),
    "charged_as": gettext_noop("Session %(number)s: it costs %(a)s and was charged as %(b)s."),
    "charged_as_of": gettext_noop("Session %(number)s: it was charged as of revision %(a)s of %(b)s."),
    "no_receipt": gettext_noop("Session %(number)s: it has no receipt."),
    "receipt_of": gettext_noop("Session %(number)s: its receipt is of %(a)s."),
    "receipts_differ": gettext_noop("Session %(number)s: its receipts sum to %(a)s, the newest says %(b)s."),
    "earned_without": gettext_noop("Session %(number)s: it has no receipt of the %(a)s that were earned."),
    "receipts_earned": gettext_noop("Session %(number)s: its receipts sum to %(a)s, earned were %(b)s."),
    "costs_earned": gettext_noop("Session %(number)s: it costs %(a)s, earned were %(b)s."),
    "unsettled": gettext_noop("Session %(number)s: it ended at %(a)s and is not settled."),
    "held": gettext_noop("Session %(number)s: it is %(a)s and %(b)s are still held."),
}
QUERIES = {DIFFERS: DIFFERENT, UNSETTLED: WAITING, HELD: HOLDING}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a session: the kind of its alert, and a sentence."""

    kind: str
    session_id: int
    text: str


def check(at: datetime, *, kinds: Sequence[str] = KINDS) -> list[Problem]:
    """What is wrong with finished sessions; one statement for each kind, so that each sees one instant."""
    values: dict[str, Any] = {
        "finished": [State.SETTLED, State.WAIVED],
        "over": [State.SETTLED, State.WAIVED, State.FAILED],
        "since": at - SOON,
    }
    found = []
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(QUERIES[kind], values)
            found += [Problem(kind, key, said(key, *what)) for key, what in cursor.fetchall()]
    return found


def said(key: int, what: str, *values: str) -> str:
    """One finding, to be said in any language."""
    return sentence(SAYS[what], number=key, **dict(zip("ab", map(valued, values), strict=False)))


def valued(text: str) -> str | Decimal:
    """A number as one, so that each reader's own marks stand in it; a state as pages call it."""
    if text in State:
        return sentence(text)
    return Decimal(text) if NUMBER.fullmatch(text) else text


def reconcile(*, at: datetime) -> int:
    """Open an alert for each problem, and resolve those whose problem has gone; answers how many there are.

    It reads the books of all time.
    """
    return _tell(check(at), KINDS, at=at)


def watch_open(*, at: datetime) -> int:
    """The same for what is not settled and what is still held: that is little to read, however many sessions were."""
    return _tell(check(at, kinds=OPEN_KINDS), OPEN_KINDS, at=at)


def _tell(problems: Sequence[Problem], kinds: Sequence[str], *, at: datetime) -> int:
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for problem in problems:
        texts[problem.kind][f"session:{problem.session_id}"] = problem.text
    for kind in kinds:
        if texts[kind]:
            alerts.open_alerts(kind=kind, texts=texts[kind], at=at)
        alerts.resolve(Alert.objects.filter(kind=kind).exclude(subject__in=texts[kind]), at=at)
    return len(problems)
