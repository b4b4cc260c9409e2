"""What was alerted about several sessions, and what people changed of their drivers and cards meanwhile."""

from collections.abc import Mapping, Sequence

from accounts.named import with_names
from charging.models import Session
from drivepower.core.models import Alert
from drivepower.portal.explain.facts import Changed, Money
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.shapes import ALERT
from drivepower.portal.explain.sources import money, trail
from drivepower.portal.explain.sources.bounded import bounded, grouped
from drivepower.portal.explain.sources.hardware import NEWEST

MOST = 100


def alerts(
    sessions: Sequence[Session], moved: Mapping[int, Money], reader: Reader, left: set[str]
) -> dict[int, list[Alert]]:
    """Those about each session itself, and about what it was paid with."""
    keys = {subject: key for key, found in moved.items() for subject in money.subjects(found)}
    keys |= {one.subject: one.pk for one in sessions}
    rows = reader.rows(Alert.objects.filter(subject__in=list(keys)), "core.view_alert")
    if rows is None:
        return {}
    named = with_names(rows, by="acknowledged_by").order_by(NEWEST)
    return grouped(bounded(named[: MOST + 1], most=MOST, name=ALERT, left=left), lambda one: keys[one.subject])


def changes(sessions: Sequence[Session], scope: Scope, reader: Reader, left: set[str]) -> dict[int, list[Changed]]:
    """Of each driver and card, told with the first session that they are of."""
    keys = {("accounts.user", str(one.driver_id)): one.pk for one in reversed(sessions) if one.driver_id}
    keys |= {("accounts.idtag", str(one.id_tag_id)): one.pk for one in reversed(sessions) if one.id_tag_id}
    if not keys:
        return {}
    watched: dict[str, list[object]] = {}
    for table, row in keys:
        watched.setdefault(table, []).append(row)
    return grouped(trail.of_rows(watched, scope, reader, left), lambda one: keys[one.table, one.row])
