"""Rota, rules of alerts and cards name places that there are: a slip would call nobody, or shut a card out."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.admin.duty import DutyShiftAdmin
from accounts.admin.people import IdTagAdmin, TagForm
from accounts.models import DutyShift, IdTag
from drivepower.core.admin_rules import ON_A_LINE, AlertRuleAdmin, RuleForm
from drivepower.core.models import AlertRule
from stations.models import Location, Station

if TYPE_CHECKING:
    Form = forms.ModelForm[Any]
else:
    Form = forms.ModelForm


class PlacedForm(Form):
    """What is for some locations."""

    def clean_locations(self) -> list[str]:
        """Their codes as they are written, each once; refuses codes of none, with those that look like them."""
        return as_kept(self.cleaned_data["locations"], codes_of(Location))


class PlacedShiftForm(PlacedForm):
    """A shift for some locations or labels."""

    class Meta:
        help_texts = {
            "locations": _("codes, commas between them; with labels empty too: everywhere"),
            "labels": _("of stations or locations, commas between them"),
        }


class PlacedTagForm(TagForm):
    """A card that may charge at some places."""

    class Meta:
        help_texts = {"allowed_places": _("codes of locations and stations, commas between them; empty: all")}

    def clean_allowed_places(self) -> list[str]:
        """Codes of locations and stations that there are; what stood there before keeps nobody from a block."""
        said: list[str] = self.cleaned_data["allowed_places"]
        if "allowed_places" not in self.changed_data:
            return said
        return as_kept(said, codes_of(Location) | codes_of(Station))


def codes_of(model: type[Location | Station]) -> dict[str, str]:
    """Their codes, by the same without case."""
    return {code.casefold(): code for code in model._default_manager.values_list("code", flat=True)}


def as_kept(said: list[str], codes: dict[str, str]) -> list[str]:
    """Codes as they are written, each once; ValidationError for those of nothing, with what looks like them."""
    typed = [one.strip() for one in said]
    problems = [refusal_of(one, codes) for one in typed if one.casefold() not in codes]
    if problems:
        raise ValidationError(problems)
    return list(dict.fromkeys(codes[one.casefold()] for one in typed))


def refusal_of(said: str, codes: dict[str, str]) -> ValidationError:
    """That nothing has this code, and what has nearly this one."""
    near = [codes[one] for one in get_close_matches(said.casefold(), codes, n=3)]
    if near:
        values = {"code": said, "near": ", ".join(near)}
        return ValidationError(_("There is no place %(code)s. Did you mean: %(near)s?"), params=values)
    return ValidationError(_("There is no place %(code)s."), params={"code": said})


class PlacedRuleForm(PlacedForm, RuleForm):
    """A rule whose figures and places are there."""


admin.site.unregister([DutyShift, AlertRule, IdTag])


@admin.register(DutyShift)
class PlacedShiftAdmin(DutyShiftAdmin):
    """The rota, for locations that there are."""

    form = PlacedShiftForm
    formfield_overrides = ON_A_LINE


@admin.register(AlertRule)
class PlacedRuleAdmin(AlertRuleAdmin):
    """Rules, for locations that there are."""

    form = PlacedRuleForm


@admin.register(IdTag)
class PlacedTagAdmin(IdTagAdmin):
    """Cards, for places that there are."""

    formfield_overrides = ON_A_LINE
    form = PlacedTagForm
