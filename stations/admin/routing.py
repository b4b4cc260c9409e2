"""The rota and the rules of alerts name locations that there are: a slip of the pen would call nobody."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.admin.duty import DutyShiftAdmin
from accounts.models import DutyShift
from drivepower.core.admin_rules import AlertRuleAdmin, RuleForm
from drivepower.core.models import AlertRule
from stations.models import Location

if TYPE_CHECKING:
    Form = forms.ModelForm[Any]
else:
    Form = forms.ModelForm


class PlacedForm(Form):
    """What is for some locations."""

    def clean_locations(self) -> list[str]:
        """Their codes as they are written, each once; refuses codes of none, with those that look like them."""
        codes = {code.casefold(): code for code in Location.objects.values_list("code", flat=True)}
        said = [one.strip() for one in self.cleaned_data["locations"]]
        problems = [refusal_of(one, codes) for one in said if one.casefold() not in codes]
        if problems:
            raise ValidationError(problems)
        return list(dict.fromkeys(codes[one.casefold()] for one in said))


def refusal_of(said: str, codes: dict[str, str]) -> ValidationError:
    """That no location has this code, and which have nearly this one."""
    near = [codes[one] for one in get_close_matches(said.casefold(), codes, n=3)]
    if near:
        values = {"code": said, "near": ", ".join(near)}
        return ValidationError(_("There is no location %(code)s. Did you mean: %(near)s?"), params=values)
    return ValidationError(_("There is no location %(code)s."), params={"code": said})


class PlacedRuleForm(PlacedForm, RuleForm):
    """A rule whose figures and places are there."""


admin.site.unregister(DutyShift)
admin.site.unregister(AlertRule)


@admin.register(DutyShift)
class PlacedShiftAdmin(DutyShiftAdmin):
    """The rota, for locations that there are."""

    form = PlacedForm


@admin.register(AlertRule)
class PlacedRuleAdmin(AlertRuleAdmin):
    """Rules, for locations that there are."""

    form = PlacedRuleForm
