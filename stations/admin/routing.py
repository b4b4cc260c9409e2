"""Rota, rules of alerts and cards name places that there are: a slip would call nobody, or shut a card out."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.duty import DutyShiftAdmin
from accounts.admin.people import IdTagAdmin, TagForm
from accounts.models import DutyShift, IdTag
from drivepower.core.admin_rules import ON_A_LINE, AlertRuleAdmin, RuleForm
from drivepower.core.models import AlertRule
from stations.models import Location
from stations.place_codes import as_kept, codes_of, codes_of_all

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
        return as_kept(said, codes_of_all())


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
