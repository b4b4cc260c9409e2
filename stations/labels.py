"""Words that people put on stations and places, to find them again and to name the target of a job."""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CharField, F, Func, Q, QuerySet, Value

from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations.models import Location, Station
from stations.models.network import StationQuerySet

Labelled = TypeVar("Labelled", Station, Location)
LONGEST, MOST = 40, 20


def spelled(text: str) -> str:
    """A label as it is kept: without blanks around it or commas in it; Refusal invalid_parameters for none at all."""
    label = " ".join(str(storable(text)).replace(",", " ").split())
    if not 0 < len(label) <= LONGEST:
        raise Refusal("invalid_parameters", sentence("A label has 1 to %(longest)s characters.", longest=LONGEST))
    return label


def labelled(stations: StationQuerySet, label: str) -> StationQuerySet:
    """Those that carry the label themselves, or whose location does."""
    return stations.filter(Q(labels__contains=[label]) | Q(location__labels__contains=[label]))


def known(*models: type[models.Model]) -> list[str]:
    """Every label that is in use on these (stations and locations), by name."""
    return used(*(model._default_manager.all() for model in models or (Station, Location)))


def used(*rows: QuerySet[Any]) -> list[str]:
    """Every label that is on one of these rows, by name."""
    each = Func(F("labels"), function="unnest", output_field=CharField())
    labelled_rows = [some.exclude(labels=[]).order_by() for some in rows]
    found = {label for some in labelled_rows for label in some.values_list(each, flat=True).distinct()}
    return sorted(found, key=str.casefold)


def add(rows: QuerySet[Labelled], label: str) -> int:
    """Put it on all of these, in one statement; how many had it not, and room for it."""
    without = rows.exclude(labels__contains=[label]).exclude(labels__len__gte=MOST)
    return _update(rows, without, "array_append", label)


def remove(rows: QuerySet[Labelled], label: str) -> int:
    """Take it off all of these, likewise; how many had it."""
    return _update(rows, rows.filter(labels__contains=[label]), "array_remove", label)


def _update(rows: QuerySet[Labelled], changed: QuerySet[Labelled], function: str, label: str) -> int:
    column = ArrayField(CharField(max_length=LONGEST))
    said = Func(
        F("labels"), Value(label, output_field=CharField(max_length=LONGEST)), function=function, output_field=column
    )
    return rows.model._default_manager.filter(pk__in=changed.order_by().values("pk")).update(labels=said)
