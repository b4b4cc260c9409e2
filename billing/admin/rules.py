"""The forms in which a person writes a plan's next version: what holds for all of it, and its rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from billing.admin.inputs import DateInput, Moment, PriceInput, TimeInput
from billing.models import TariffRule, TariffVersion
from drivepower.core import clocks
from drivepower.core.inputs.weekdays import WeekdaysField

MOST_RULES = 60
# The types of connectors, written here by the room that knows connectors.
CONNECTOR_TYPES: list[tuple[str, Any]] = []


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """What a version says beside its rules."""

    in_force_from = Moment(label=_("In force from"), required=False, help_text=clocks.hint(_("Empty: from now on.")))
    # The number of the plan's last version when the page was shown; another one by now is somebody else's.
    after = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=_("Publish it all the same"), required=False, widget=UnfoldBooleanSwitchWidget, initial=False
    )

    class Meta:
        model = TariffVersion
        fields = (
            *("tax_name", "tax_percent", "tax_included"),
            *("idle_grace_seconds", "idle_from", "idle_cap", "in_force_from", "reason"),
        )
        widgets = {
            "tax_name": UnfoldAdminTextInputWidget,
            "tax_percent": PriceInput,
            "tax_included": UnfoldBooleanSwitchWidget,
            "idle_grace_seconds": UnfoldAdminIntegerFieldWidget,
            "idle_from": UnfoldAdminSelectWidget,
            "idle_cap": PriceInput,
            "reason": UnfoldAdminTextInputWidget,
        }
        help_texts = {
            "idle_grace_seconds": _("For so long after charging nothing is asked for standing."),
            "idle_cap": _("Empty: no limit."),
            "reason": _("For those who ask later."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        """What the table would refuse, in words."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        refuse(self, "tax_percent", beyond(said.get("tax_percent"), 0, 100), _("A tax is between 0 and 100 %."))
        refuse(self, "idle_cap", beyond(said.get("idle_cap"), 0), _("A fee is not below 0."))
        return said


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """One price and when and where it holds."""

    weekdays = WeekdaysField()

    class Meta:
        model = TariffRule
        fields = (
            *("name", "dimension", "price", "priority", "connector_type", "power_from_w", "power_to_w"),
            *("weekdays", "starts", "ends", "valid_from", "valid_until"),
        )
        widgets = {
            "name": UnfoldAdminTextInputWidget,
            "dimension": UnfoldAdminSelectWidget,
            "price": PriceInput,
            "priority": UnfoldAdminIntegerFieldWidget,
            "connector_type": UnfoldAdminSelectWidget,
            "power_from_w": UnfoldAdminIntegerFieldWidget,
            "power_to_w": UnfoldAdminIntegerFieldWidget,
            "starts": TimeInput,
            "ends": TimeInput,
            "valid_from": DateInput,
            "valid_until": DateInput,
        }
        help_texts = {"connector_type": ""}

    def __init__(self, *args: Any, types: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Types that rules name already may stay, even where no connector is of that type.
        named = [("", _("any")), *CONNECTOR_TYPES, *((name, name) for name in types if name)]
        self.fields["connector_type"] = forms.ChoiceField(
            label=_("Connector type"), choices=list(dict(named).items()), required=False, widget=UnfoldAdminSelectWidget
        )

    def clean(self) -> dict[str, Any]:
        """What the table would refuse, in words and at the field."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        refuse(self, "price", beyond(said.get("price"), 0), _("A price is not below 0; 0 is free."))
        least, most = said.get("power_from_w"), said.get("power_to_w")
        refuse(self, "power_to_w", not in_order(least, most), _("This is not above where the power begins."))
        first, last = said.get("valid_from"), said.get("valid_until")
        refuse(self, "valid_until", bool(first and last and last < first), _("This is before the first day."))
        starts, ends = said.get("starts"), said.get("ends")
        if not {"starts", "ends"} & set(self.errors):
            refuse(self, "starts", starts is None and ends is not None, _("Say from when; or leave both empty."))
            refuse(self, "ends", ends is None and starts is not None, _("Say until when; or leave both empty."))
            refuse(self, "ends", bool(starts is not None and starts == ends), _("Leave both empty for the whole day."))
        return said


class RuleFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    """The rules of one version."""

    def clean(self) -> None:
        """A version has a price."""
        super().clean()
        if self.is_valid() and not self.rows():
            raise forms.ValidationError(_("A tariff needs at least one rule."))

    def add_fields(self, form: RuleForm, index: int | None) -> None:
        """With a tick to leave a rule out."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave out")

    def rows(self) -> list[TariffRule]:
        """The rules that were written, in their order and not saved."""
        written = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [form.instance for form in written]


Rules = forms.formset_factory(
    RuleForm,
    formset=RuleFormSet,
    extra=1,
    can_delete=True,
    max_num=MOST_RULES,
    validate_max=True,
    absolute_max=2 * MOST_RULES,
)


def refuse(form: "forms.ModelForm[Any]", field: str, is_wrong: bool, words: Any) -> None:
    """Say at a field what is wrong with it."""
    if is_wrong:
        form.add_error(field, words)


def beyond(value: Any, least: int, most: int | None = None) -> bool:
    """Whether a number that was given lies outside."""
    return value is not None and (value < least or (most is not None and value > most))


def in_order(least: Any, most: Any) -> bool:
    """Whether two numbers, if both were given, rise."""
    return least is None or most is None or most > least
