"""Days of the week, ticked by their names; columns hold them as numbers, 1 is Monday, and none is every day."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

DAYS = [(1, _("Mo")), (2, _("Tu")), (3, _("We")), (4, _("Th")), (5, _("Fr")), (6, _("Sa")), (7, _("Su"))]


class DaysInput(UnfoldAdminCheckboxSelectMultipleWidget):  # type: ignore[misc]  # unfold has no type hints
    """Some days of the week, side by side."""

    template_name = "core/inputs/days.html"


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Any of them; another number cannot be said, which would mean no day at all."""

    widget = DaysInput

    def __init__(self, **how: Any) -> None:
        said = {"label": _("Weekdays"), "help_text": _("None: every day."), "required": False}
        super().__init__(coerce=int, choices=DAYS, **{**said, **how})


def days_told(weekdays: Iterable[int]) -> str:
    """Their names in the language in force; a dash for every day."""
    names = dict(DAYS)
    return ", ".join(str(names.get(day, day)) for day in sorted(weekdays)) or "–"
