"""What stations are set to, and what operators want of a kind of station."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drivepower.core.admin import CarefulAdmin, RecordAdmin
from drivepower.core.inputs.pairs import PairsField
from drivepower.core.inputs.telling import Telling
from stations import configuration, standard_keys
from stations.models import ConfigurationKey, ConfigurationTemplate


@admin.register(ConfigurationKey)
class ConfigurationKeyAdmin(RecordAdmin):
    """Keys as stations last answered them."""

    empty_hint = _("A row comes for each key when a station is asked for its configuration.")
    list_display = ["station", "key", "value", "is_read_only", "is_known", "read_at"]
    list_filter = ["is_known", "is_read_only"]
    list_select_related = ["station"]
    search_fields = ["station__code", "key"]


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A template that can be sent as it is."""

    wanted = PairsField(
        label=_("Wanted values"),
        help_text=_("Keys of OCPP are offered; a maker's own may be written, too."),
        known=standard_keys.settable,
        longest_key=standard_keys.LONGEST_KEY,
        longest_value=standard_keys.LONGEST_VALUE,
    )

    class Meta:
        model = ConfigurationTemplate
        fields = "__all__"  # noqa: DJ007  # every column is an operator's

    def clean_wanted(self) -> dict[str, str]:
        """None that is a secret or a matter of security profiles."""
        wanted: dict[str, str] = self.cleaned_data["wanted"]
        if odd := [key for key in wanted if not configuration.is_of_templates(key)]:
            raise ValidationError(_("These are no matter of templates: %(keys)s") % {"keys": ", ".join(odd)})
        return wanted


@admin.register(ConfigurationTemplate)
class ConfigurationTemplateAdmin(Telling, CarefulAdmin):
    """Wanted values, by patterns of vendor, model and firmware."""

    empty_hint = _("What stations of a model are to be set to: those that differ are shown. Add one.")
    form = TemplateForm
    told = {"wanted": "wanted_told"}
    list_display = ["name", "vendor", "model", "firmware", "priority", "is_for_onboarding"]
    list_filter = ["is_for_onboarding"]
    search_fields = ["name", "vendor", "model"]

    @admin.display(description=_("wanted values"))
    def wanted_told(self, template: ConfigurationTemplate) -> str:
        """One a line."""
        return "\n".join(f"{key} = {configuration.text_of(value)}" for key, value in sorted(template.wanted.items()))
