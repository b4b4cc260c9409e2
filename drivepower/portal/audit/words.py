"""A change as people read it: each column by its name, before → after."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from drivepower.portal import wording
from drivepower.portal.models import Change

LONGEST = 200


class Difference(NamedTuple):
    """One column of a change."""

    name: str
    before: str
    after: str


def differences(change: Change) -> list[Difference]:
    """What has changed, in the order of the model's columns."""
    columns = {field.attname: field for field in fields_of(change.table)}
    names = change.before.keys() | change.after.keys()
    order = {name: place for place, name in enumerate(columns)}
    return [
        Difference(
            called(columns.get(name), name),
            *(shown(columns.get(name), one) for one in apart(change.before.get(name), change.after.get(name))),
        )
        for name in sorted(names, key=lambda name: (order.get(name, len(order)), name))
    ]


def apart(before: Any, after: Any) -> tuple[Any, Any]:
    """Both values; of two that hold others by name, those that are not the same."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return before, after
    differ = {name for name in before.keys() | after.keys() if before.get(name, ...) != after.get(name, ...)}
    said, says = ({name: one[name] for name in one if name in differ} for one in (before, after))
    return said, says


def called(field: "models.Field[Any, Any] | None", name: str) -> str:
    """A column by the name that pages give it."""
    return str(field.verbose_name) if field is not None else name.removesuffix("_id").replace("_", " ")


def shown(field: "models.Field[Any, Any] | None", value: Any) -> str:
    """A value as people write it, not too long to be read."""
    if value in (None, "", [], {}):
        return wording.NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field is not None and field.is_relation:
        return f"#{value}"
    if isinstance(field, models.DateTimeField) and isinstance(found := parse_datetime(str(value)), datetime):
        return wording.minute(found) if is_aware(found) else str(value)
    text = ", ".join(f"{name}: {one}" for name, one in value.items()) if isinstance(value, dict) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def fields_of(table: str) -> Iterable["models.Field[Any, Any]"]:
    """The columns of a model that is still there."""
    model = model_of(table)
    return model._meta.concrete_fields if model is not None else ()


def model_of(table: str) -> type[models.Model] | None:
    """The model that a change is kept under, or None where there is none of that name any more."""
    try:
        return apps.get_model(table)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def kind_of(table: str) -> str:
    """What kind of thing it is, as pages call it."""
    model = model_of(table)
    return str(model._meta.verbose_name) if model is not None else table
