"""Columns of which all names are known: an input for each of them, with its label."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drivepower.core.inputs.named import NamedField, NamedWidget, Values


class Part(NamedTuple):
    """One name: how it is labelled, what checks and draws it, and under which heading it stands."""

    name: str
    label: Any
    field: forms.Field
    group: str = ""
    heading: Any = ""
    attrs: Mapping[str, str] = {}


class PartsWidget(NamedWidget):
    """An input for each part."""

    template_name = "core/inputs/parts.html"
    parts: Sequence[Part] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The parts as they are drawn."""
        context, values = super().get_context(name, value, attrs), value or {}
        return {**context, "parts": [self.drawn(part, name, values.get(part.name)) for part in self.parts]}

    def drawn(self, part: Part, name: str, value: Any) -> dict[str, Any]:
        """One input with its label."""
        key = f"{name}-{part.name}"
        attrs = {"id": f"id_{key}", **part.attrs, **({"aria-invalid": "true"} if part.name in self.wrong else {})}
        shown = part.field.prepare_value(value)
        return {"id": attrs["id"], "input": part.field.widget.render(key, shown, attrs), **part._asdict()}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Values:
        """What was typed, by the names of the parts."""
        return {part.name: data.get(f"{name}-{part.name}", "") for part in self.parts}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether none of them was sent."""
        return not any(f"{name}-{part.name}" in data for part in self.parts)


class PartsField(NamedField):
    """Values of known names; an empty one is none."""

    widget: Any = PartsWidget

    def parts(self) -> Sequence[Part]:
        """What may be filled in."""
        raise NotImplementedError

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """With the parts as they are now."""
        self.widget.parts = self.parts()
        return super().get_bound_field(form, field_name)

    def names(self, shown: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
        """Those of the parts: any other stays."""
        return [part.name for part in self.widget.parts]

    def said(self, typed: Any) -> Values:
        """Each part by its own field; ValidationError names those that are wrong."""
        found: Values = {}
        problems: dict[str, list[ValidationError]] = {}
        for part in self.widget.parts:
            try:
                value = part.field.clean(typed.get(part.name))
            except ValidationError as error:
                problems[part.name] = [named(part, text) for text in error.messages]
            else:
                found |= {part.name: value} if value not in part.field.empty_values else {}
        self.widget.wrong = frozenset(problems)
        if problems:
            raise ValidationError([one for of_part in problems.values() for one in of_part])
        return found


def named(part: Part, text: str) -> ValidationError:
    """What is wrong with a part, and which it is."""
    return ValidationError(_("%(field)s: %(problem)s"), params={"field": part.label, "problem": text})
