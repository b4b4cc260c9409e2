"""Figures of rules of alerts: a number for each that some kind knows, in groups by kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from drivepower.core.alert_figures import WORDS
from drivepower.core.alert_kinds import FIGURES, MOST, title_of
from drivepower.core.inputs.named import Values
from drivepower.core.inputs.parts import Part, PartsField, PartsWidget


class FiguresWidget(PartsWidget):
    """A script shows those of the chosen kind alone; without it every kind has its heading."""

    template_name = "core/inputs/figures.html"

    class Media:
        js = ["core/figures.js"]


class FiguresField(PartsField):
    """Figures by `kind.figure`; an empty one is what is usual."""

    widget = FiguresWidget

    def parts(self) -> list[Part]:
        """Of all kinds."""
        return [part for kind in sorted(FIGURES, key=title_of) for part in parts_of(kind)]

    def said(self, typed: Any) -> Values:
        """Whole numbers as such."""
        return {name: int(one) if one.is_integer() else one for name, one in super().said(typed).items()}


def parts_of(kind: str) -> Iterator[Part]:
    """A number for each figure of a kind; where it is empty, what counts then is shown."""
    for name, usual in FIGURES[kind].items():
        widget = UnfoldAdminIntegerFieldWidget(attrs={"placeholder": f"{usual:g}"})
        number = forms.FloatField(required=False, min_value=0, max_value=MOST, widget=widget)
        yield Part(full(kind, name), WORDS[kind].labels[name], number, kind, title_of(kind))


def full(kind: str, name: str) -> str:
    """A figure's name among those of all kinds."""
    return f"{kind}.{name}"


def spread(kind: str, figures: Mapping[str, Any]) -> Values:
    """Figures of a rule of that kind under their full names."""
    return {full(kind, name): value for name, value in figures.items()}


def gathered(kind: str, figures: Mapping[str, Any]) -> Values:
    """The figures of that kind under the names that a rule keeps."""
    return {name: figures[full(kind, name)] for name in FIGURES.get(kind, {}) if full(kind, name) in figures}
