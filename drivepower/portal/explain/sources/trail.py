"""What people changed of a station, its place and connectors, who may charge there, and of a driver and card.

The list of the audit trail is the owner's. What was changed of a row meanwhile is a part of what happened to it: of the
house, whoever may see the row reads that, with secrets as the trail has them; staff of companies read none of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from accounts.named import with_names
from drivepower.portal.audit.words import fields_of
from drivepower.portal.explain.facts import Changed
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.shapes import ACT
from drivepower.portal.explain.sources.bounded import bounded
from drivepower.portal.models import Change
from stations.models import AccessRule

FEW = 50
Rows = Mapping[str, Sequence[object]]


def read(scope: Scope, reader: Reader, left: set[str]) -> list[Changed]:
    """Of the station and everything around it, and of a session's driver and card; at most four queries and one for
    each kind of thing that columns name.
    """
    if reader.is_of_company:
        return []
    station, session = scope.station, scope.session
    rules = Q(station=station.pk)
    if station.location_id:
        rules |= Q(location=station.location_id)
    watched: dict[str, Sequence[object]] = {
        "stations.station": [station.pk],
        "stations.location": [station.location_id],
        "stations.connector": [one.pk for one in station.connectors.all()],
        "stations.accessrule": list(AccessRule.objects.filter(rules).values_list("pk", flat=True)[:FEW]),
    }
    if session is not None:
        watched |= {"accounts.user": [session.driver_id], "accounts.idtag": [session.id_tag_id]}
    names = {("stations.connector", str(one.pk)): str(one.number) for one in station.connectors.all()}
    names |= {("stations.station", str(station.pk)): station.code}
    names |= {("stations.location", str(station.location_id)): str(station.location)}
    return of_rows(watched, scope, reader, left, names=names)


def of_rows(
    watched: Rows, scope: Scope, reader: Reader, left: set[str], *, names: Mapping[tuple[str, str], str] | None = None
) -> list[Changed]:
    """What people changed of these rows, by table, in that time; `names` are those of rows that have one."""
    about = Q()
    for table, keys in watched.items():
        known = [str(key) for key in keys if key is not None]
        if known and reader.may(right_to_see(table)):
            about |= Q(table=table, row__in=known)
    if reader.is_of_company or not about:
        return []
    rows = Change.objects.filter(about, at__gte=scope.since, at__lte=scope.until).exclude(who="")
    found = bounded(with_names(rows, by="who").order_by("id")[: FEW + 1], most=FEW, name=ACT, left=left)
    meant = meanings(found, reader)
    return [
        Changed(
            one.at,
            one.table,
            one.what,
            one.who,
            getattr(one, "by", None),
            one.before,
            one.after,
            one.row,
            (names or {}).get((one.table, one.row), ""),
            meant,
        )
        for one in found
    ]


def right_to_see(table: str) -> str:
    """The right to see rows of a model, by its name in the trail."""
    app, _dot, model = table.partition(".")
    return f"{app}.view_{model}"


def meanings(found: Iterable[Change], reader: Reader) -> dict[tuple[str, str], str | None]:
    """The names of what changed columns refer to, by model and key; None for what the reader may not see."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for label, key in (one for change in found for one in references(change)):
        named[label].add(key)
    told: dict[tuple[str, str], str | None] = {}
    for label, keys in named.items():
        if not reader.may(right_to_see(label)):
            told |= dict.fromkeys(((label, key) for key in keys), None)
            continue
        model: type[Model] = apps.get_model(label)
        told |= {(label, str(row.pk)): str(row) for row in model._base_manager.filter(pk__in=keys)}
    return told


def references(change: Change) -> Iterator[tuple[str, str]]:
    """What its columns refer to, before and after."""
    if change.what != Change.What.UPDATE:
        return
    for field in fields_of(change.table):
        related: Any = field.related_model
        for side in (change.before, change.after) if related else ():
            if side.get(field.attname) is not None:
                yield related._meta.label_lower, str(side[field.attname])
