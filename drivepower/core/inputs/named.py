"""What the fields of such columns share: what a person changed is laid over what the row says by now."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

Values = dict[str, Any]


class ShownBefore(forms.HiddenInput):
    """What the page showed, hidden beside it."""

    def format_value(self, value: Any) -> str:
        """As it was sent back, or as it is written the first time."""
        return value if isinstance(value, str) else json.dumps(value or {}, ensure_ascii=False)


class NamedWidget(forms.Widget):
    """A group of inputs; its field says which."""

    label: Any = ""
    wrong: frozenset[str] = frozenset()

    class Media:
        css = {"all": ["core/inputs.css"]}

    def id_for_label(self, id_: str) -> str:
        """A group has no one input that a label could be of."""
        return ""

    def use_required_attribute(self, initial: Any) -> bool:
        """Any one of them may be empty."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the name of the group, for those who hear it."""
        return {**super().get_context(name, value, attrs), "label": self.label}


class NamedField(forms.Field):
    """Values by name. Others write the same row: a name that this person left alone stays as it is there."""

    hidden_widget = ShownBefore

    def __init__(self, **how: Any) -> None:
        super().__init__(**how, show_hidden_initial=True)
        self.now: Values = {}
        self.shown: Values = {}

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """With what the row says now, and what the page showed when it was opened."""
        bound = super().get_bound_field(form, field_name)
        self.now = self.to_python(form.get_initial_for_field(self, field_name))
        self.shown = self.to_python(form.data.get(bound.html_initial_name))
        self.widget.label = bound.label
        return bound

    def prepare_value(self, value: Any) -> Any:
        """A row's values as they are shown; what was typed stays as it was."""
        return self.to_python(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Values:
        """Values as a row or a page holds them; nothing where they cannot be read."""
        try:
            found = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            return {}
        return dict(found) if isinstance(found, dict) else {}

    def said(self, typed: Any) -> Values:
        """What was filled in; ValidationError for what cannot be kept."""
        raise NotImplementedError

    def names(self, shown: Mapping[str, Any], said: Mapping[str, Any]) -> Iterable[str]:
        """What a person may have changed on the page."""
        return [*shown, *(name for name in said if name not in shown)]

    def changes(self, shown: Mapping[str, Any], said: Mapping[str, Any]) -> Values:
        """What a person changed, None for what they took out."""
        return {name: said.get(name) for name in self.names(shown, said) if said.get(name) != shown.get(name)}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether anything is otherwise than it was shown; what cannot be kept is."""
        try:
            return bool(self.changes(self.to_python(initial), self.said(data)))
        except ValidationError:
            return True

    def clean(self, value: Any) -> Values:
        """The row's values with what this person changed."""
        laid = {**self.now, **self.changes(self.shown, self.said(value))}
        found = {name: one for name, one in laid.items() if one is not None}
        self.validate(found)
        return found
