"""What comes in by the API is named field by field; a field that nobody asked for is an error, never ignored."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses unknown fields, so that a `role` in a sign-up is told so."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; ValidationError by field for what is wrong or unknown."""
        if isinstance(data, Mapping) and (unknown := sorted(str(name) for name in data if name not in self.fields)):
            raise serializers.ValidationError({name: ["This field is not known here."] for name in unknown})
        return super().to_internal_value(data)
