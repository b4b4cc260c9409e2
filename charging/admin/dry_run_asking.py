"""What is asked of who wants a dry run."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.admin.inputs import DateInput, of_our_time
from billing.models import TariffPlan
from billing.tariffs.differences import Edition
from charging.dry_run import Ask
from drivepower.core import clocks
from stations.models import Location, Station

MONTHS = 13
LONGEST = timedelta(days=366)
DAY = timedelta(days=1)


class DryRunForm(forms.Form):
    """By which version, and which sessions of the plan."""

    version = forms.ChoiceField(label=_("By which prices"), widget=UnfoldAdminSelectWidget)
    month = forms.ChoiceField(label=_("Month"), required=False, widget=UnfoldAdminSelectWidget)
    since = forms.DateField(label=_("Or from"), required=False, widget=DateInput, validators=[of_our_time])
    until = forms.DateField(
        label=_("until"),
        required=False,
        widget=DateInput,
        help_text=_("This day included."),
        validators=[of_our_time],
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.order_by("code"), label=_("Locations"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )
    stations = forms.ModelMultipleChoiceField(
        Station.objects.order_by("code"), label=_("Stations"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )
    label = forms.CharField(
        label=_("Label of stations or locations"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, data: Any, *, plan: TariffPlan, draft: Edition | None, version: str) -> None:
        super().__init__(data)
        rows = plan.versions.order_by("-number").values_list("number", "in_force_from")
        said = _("v%(number)d, in force from %(since)s")
        kept = [(str(number), said % {"number": number, "since": clocks.full(since)}) for number, since in rows]
        choices: Any = [("draft", _("The draft that you wrote")), *kept] if draft is not None else kept
        self.fields["version"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["version"].initial = "draft" if draft is not None else version
        months = list(last_months(timezone.localdate()))
        named = [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in months]
        self.fields["month"].choices = [("", _("other days")), *named]  # type: ignore[attr-defined]  # the same
        self.fields["month"].initial = f"{months[1]:%Y-%m}"

    def clean(self) -> dict[str, Any]:
        """A month, or days in their order."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("month"):
            first = date.fromisoformat(f"{said['month']}-01")
            said["since"], said["until"] = first, next_month(first) - DAY
            return said
        if {"since", "until"} & set(self.errors):
            return said
        since, until = said.get("since"), said.get("until")
        if since is None or until is None:
            self.add_error("since", _("Choose a month, or say from which day until which."))
        elif until < since:
            self.add_error("until", _("This is before the first day."))
        elif until - since > LONGEST:
            self.add_error("until", _("That is more than a year."))
        return said

    def ask(self, edition: Edition) -> Ask:
        """What was asked; days are those of the portal's clock."""
        said = self.cleaned_data
        return Ask(
            edition=edition,
            since=midnight(said["since"]),
            until=midnight(said["until"] + DAY),
            locations=tuple(row.pk for row in said["locations"]),
            stations=tuple(row.pk for row in said["stations"]),
            label=said["label"].strip(),
        )


def last_months(today: date) -> list[date]:
    """The first days of this month and of those before it."""
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - DAY).replace(day=1))
    return found


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(0), timezone.get_current_timezone())
