"""In which waves a job goes, and how much may fail: safe figures stand there; all at once is said in so many words."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldBooleanSwitchWidget

from ocpp_consumer import bulk

WAVES = ("first_wave", "wave_size", "at_once", "most_failures", "most_failures_percent", "patience_min")
# A wave is a tenth of the stations where nobody says otherwise; nobody watches more than so many restart at a time.
TENTH, MOST_IN_A_WAVE = 10, 50


def number(label: Any, help_text: Any = "", **bounds: Any) -> forms.IntegerField:
    """A whole number, which may be left out."""
    return forms.IntegerField(
        label=label, help_text=help_text, required=False, widget=UnfoldAdminIntegerFieldWidget, **bounds
    )


class WavesForm(forms.Form):
    """The part of a job's form that says how it goes on."""

    first_wave = number(
        gettext_lazy("Stations in the first wave"),
        gettext_lazy("A trial: the others wait until these are done. Empty: as many as in the others."),
        min_value=1,
        max_value=bulk.MOST_STATIONS,
        initial=1,
    )
    wave_size = number(
        gettext_lazy("Stations in each further wave"),
        gettext_lazy(
            "The next wave begins when every station of this one is done or has failed. Empty: a tenth of the stations,"
            " at most 50."
        ),
        min_value=1,
        max_value=bulk.MOST_STATIONS,
    )
    at_once = forms.BooleanField(
        label=gettext_lazy("All at once, without waves"),
        help_text=gettext_lazy("Nothing is tried on a few first."),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    most_failures = number(
        gettext_lazy("Stop after more failures than"),
        gettext_lazy("Empty: no such limit."),
        min_value=0,
        initial=1,
    )
    most_failures_percent = number(
        gettext_lazy("Stop after a greater share of failures than, %"),
        gettext_lazy("Of the stations in the waves that have begun. Empty: no such limit."),
        min_value=0,
        max_value=100,
        initial=5,
    )
    patience_min = number(
        gettext_lazy("Minutes for a station"),
        gettext_lazy("Whoever is not done by then counts as a failure."),
        min_value=1,
        max_value=2880,
        initial=15,
    )

    def fill_in(self, *, stations: int) -> None:
        """Write the usual size of a wave where none is said, for everybody to see; all at once needs none."""
        said = self.cleaned_data
        if said["at_once"]:
            fresh: dict[str, int | str] = {"first_wave": "", "wave_size": ""}
        elif said["wave_size"] is None:
            fresh = {"wave_size": min(MOST_IN_A_WAVE, -(-stations // TENTH))}
        else:
            return
        filled = cast(QueryDict, self.data).copy()
        for name, value in fresh.items():
            filled[name] = str(value)
            said[name] = value or None
        self.data = filled

    def waves_in_words(self, stations: int) -> str:
        """How it goes, before it begins."""
        size = self.cleaned_data["wave_size"]
        if size is None:
            return _("All of them are asked at once.")
        first = min(self.cleaned_data["first_wave"] or size, stations)
        return in_words(first=first, size=size, stations=stations)


def in_words(*, first: int, size: int, stations: int) -> str:
    """So many first, then so many at a time."""
    if first >= stations:
        return _("All of them are asked at once.")
    text = ngettext(
        "%(first)d station first, then %(size)d at a time", "%(first)d stations first, then %(size)d at a time", first
    )
    return text % {"first": first, "size": min(size, stations - first)}
