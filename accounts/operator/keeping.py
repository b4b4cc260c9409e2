"""How the operator API writes a row: what was said and no other column, checked, and with who did in its history."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from rest_framework import serializers

from accounts.models import User
from drivepower.core.refusals import Refusal

Row = TypeVar("Row", bound=models.Model)


def keep(row: Row, said: Mapping[str, Any], form: type[serializers.Serializer[Any]], *, by: User) -> Row:
    """Write what was said into a row and no other column, and note who did in the history that its page shows.

    ValidationError by the form's names for what cannot be.
    """
    for name, value in said.items():
        setattr(row, name, value)
    is_new = row._state.adding
    untouched = set() if is_new else {field.name for field in row._meta.fields} - said.keys()
    try:
        row.clean_fields(exclude=untouched)
        row.validate_unique(exclude=untouched)
        row.validate_constraints()  # of all columns: what was said may not go with what stands
        with transaction.atomic():
            row.save(update_fields=None if is_new else list(said))
            if said:
                note(row, ADDITION if is_new else CHANGE, f"By the API: {', '.join(sorted(said))}.", by=by)
    except ValidationError as error:
        raise serializers.ValidationError(by_name(error, form)) from error
    except IntegrityError as error:
        raise Refusal("invalid_parameters", "Somebody has just written the same, or what it stands on.") from error
    return row


def note(row: models.Model, kind: int, text: str, *, by: User) -> None:
    """What a person did to a row, in the history of its page in the admin."""
    LogEntry.objects.log_actions(by.pk, [row], kind, text, single_object=True)


def delete(row: models.Model, *, by: User, code: str, why_not: str) -> None:
    """Delete a row, and note who did; a Refusal of that code where something stands on it."""
    try:
        with transaction.atomic():
            note(row, DELETION, "By the API.", by=by)
            row.delete()
    except ProtectedError as error:
        raise Refusal(code, why_not) from error


def by_name(error: ValidationError, form: type[serializers.Serializer[Any]]) -> dict[str, list[str]]:
    """A model's complaints under the names that the form has for its columns."""
    names = {str(field.source or name): name for name, field in form().fields.items()}
    said = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
    return {names.get(name, "non_field_errors" if name == "__all__" else name): said[name] for name in said}
