"""Such columns for those who may look and not write: in words, too."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest


class Telling(BaseModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A page that shows some columns by a method of its own where they cannot be changed."""

    # By the name of the column, that of the method.
    told: Mapping[str, str] = {}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """As they are, or with the methods in their places."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(title, {**how, "fields": [self.in_words(one) for one in how["fields"]]}) for title, how in fieldsets]

    def in_words(self, fields: Any) -> Any:
        """A field, or some that share a line."""
        return self.told.get(fields, fields) if isinstance(fields, str) else tuple(map(self.in_words, fields))
