"""Whether what sessions came to is what the books say of them; what differs is an alert until it does not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from charging.models import Session
from drivepower.core import alerts
from drivepower.core.models import Alert

State = Session.State
# A session that ended is settled within seconds; after this long something is broken.
SOON = timedelta(hours=1)

DIFFERS, UNSETTLED, HELD = "session_differs", "session_unsettled", "session_held"
KINDS = (DIFFERS, UNSETTLED, HELD)
OPEN_KINDS = (UNSETTLED, HELD)

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
    WHEN total IS NULL THEN 'it has no settlement of revision ' || revision
    WHEN state = 'waived' AND total <> 0 THEN 'it is waived and costs ' || total
    WHEN captured IS NULL AND total <> 0 THEN 'it costs ' || total || ' and was never charged'
    WHEN captured IS NULL AND state = 'settled' AND has_payer THEN 'it was never charged'
    WHEN captured <> total THEN 'it costs ' || total || ' and was charged as ' || captured
    WHEN captured_revision <> revision THEN 'it was charged as of revision ' || captured_revision || ' of ' || revision
    WHEN state = 'settled' AND receipt_id IS NULL THEN 'it has no receipt'
    WHEN receipt_of <> subject THEN 'its receipt is of ' || receipt_of
    WHEN receipted <> newest THEN 'its receipts sum to ' || receipted || ', the newest says ' || newest
    WHEN receipted IS NULL AND earned <> 0 THEN 'it has no receipt of the ' || earned || ' that were earned'
    WHEN receipted <> earned THEN 'its receipts sum to ' || receipted || ', earned were ' || earned
    WHEN by_hand = 0 AND earned <> total THEN 'it costs ' || total || ', earned were ' || earned
END AS problem
FROM told
)
SELECT id, problem FROM judged WHERE problem IS NOT NULL ORDER BY id
"""

WAITING = """
SELECT id, 'it ended at ' || to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC and is not settled'
FROM (
    SELECT id, greatest(coalesce(stop_received_at, stopped_at), settle_from) AS ended_at
    FROM charging_session WHERE state = 'ended'
) AS ended
WHERE ended_at <= %(since)s ORDER BY id
"""

HOLDING = """
SELECT session.id, 'it is ' || session.state || ' and ' || sum(hold.amount) || ' are still held'
FROM billing_hold AS hold JOIN charging_session AS session
    ON session.id = substr(hold.subject, 9)::int AND session.state = ANY(%(over)s)
WHERE hold.state = 'active' AND hold.subject ~ '^session:[0-9]+$'
GROUP BY session.id ORDER BY session.id
"""


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
            found += [Problem(kind, key, f"Session {key}: {text}.") for key, text in cursor.fetchall()]
    return found


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
