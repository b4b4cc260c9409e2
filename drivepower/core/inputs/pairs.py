"""Values of names that nobody knows beforehand: rows of a key and a value, and an empty one more."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from drivepower.core.inputs.named import NamedField, NamedWidget, Values

Row = tuple[str, str]


class PairsWidget(NamedWidget):
    """A table of keys and values; a script adds and removes rows, without it an emptied row goes with the save."""

    template_name = "core/inputs/pairs.html"
    known: Callable[[], Iterable[str]] = tuple
    longest = (0, 0)

    class Media:
        js = ["core/pairs.js"]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The rows as they are drawn, with the keys that are offered."""
        rows = sorted(value.items()) if isinstance(value, Mapping) else list(value or [])
        drawn = [self.drawn(name, *row) for row in (*rows, ("", ""))]
        known = {"known": self.known(), "list": f"{name}-known"}
        return {**super().get_context(name, value, attrs), "rows": drawn, "blank": self.drawn(name, "", ""), **known}

    def drawn(self, name: str, key: str, value: str) -> dict[str, Any]:
        """The two inputs of a row."""
        wrong = {"aria-invalid": "true"} if key.casefold() in self.wrong and (key or value) else {}
        plain, (of_key, of_value) = UnfoldAdminTextInputWidget(), self.longest
        offered = {"list": f"{name}-known", "autocomplete": "off", "spellcheck": "false"}
        return {
            "key": plain.render(f"{name}-key", key, {**called(_("Key")), "maxlength": of_key, **offered, **wrong}),
            "value": plain.render(f"{name}-value", value, {**called(_("Value")), "maxlength": of_value}),
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        """The rows as they were typed; those where nothing was are none."""
        keys, values = data.getlist(f"{name}-key"), data.getlist(f"{name}-value")
        rows = ((key.strip(), value.strip()) for key, value in zip_longest(keys, values, fillvalue=""))
        return [row for row in rows if any(row)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether no row was sent."""
        return f"{name}-key" not in data


class PairsField(NamedField):
    """Texts by key; keys differ by more than their case. `known` are offered, any other may be written."""

    widget: Any = PairsWidget

    def __init__(self, *, known: Callable[[], Iterable[str]], longest_key: int, longest_value: int, **how: Any) -> None:
        super().__init__(**how)
        self.widget.known, self.widget.longest = known, (longest_key, longest_value)

    def to_python(self, value: Any) -> Values:
        """Every value as a text: rows of old hold numbers, too."""
        found = super().to_python(value)
        return {key: one if isinstance(one, str) else json.dumps(one) for key, one in found.items()}

    def prepare_value(self, value: Any) -> Any:
        """A row's values as texts; what was typed stays as it was."""
        return value if isinstance(value, list) else self.to_python(value)

    def said(self, typed: Any) -> Values:
        """The rows; ValidationError for one without a key, one of a key that is there, and what is too long."""
        problems = dict(self.problems(typed or []))
        self.widget.wrong = frozenset(problems)
        if problems:
            raise ValidationError(list(problems.values()))
        return dict(typed or [])

    def problems(self, rows: list[Row]) -> Iterable[tuple[str, ValidationError]]:
        """What is wrong, by the key without case."""
        of_key, of_value = self.widget.longest
        counts = Counter(key.casefold() for key, _value in rows)
        for key, value in rows:
            folded, named = key.casefold(), {"key": key, "value": value, "of_key": of_key, "of_value": of_value}
            if "\x00" in key + value:
                yield folded, ValidationError(_("Null characters are not allowed."))
            elif not key:
                yield folded, ValidationError(_("“%(value)s” has no key."), params=named)
            elif counts[folded] > 1:
                yield folded, ValidationError(_("%(key)s is there more than once."), params=named)
            elif len(key) > of_key or len(value) > of_value:
                message = _("%(key)s: a key has at most %(of_key)s characters, a value %(of_value)s.")
                yield folded, ValidationError(message, params=named)


def called(name: Any) -> dict[str, Any]:
    """What an input is called, for those who see it and those who hear it."""
    return {"aria-label": name, "placeholder": name}
