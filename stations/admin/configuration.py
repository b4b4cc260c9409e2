"""What stations are set to, and what operators want of a kind of station."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drivepower.core.admin import CarefulAdmin, RecordAdmin
from stations import configuration
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

    class Meta:
        model = ConfigurationTemplate
        fields = "__all__"  # noqa: DJ007  # every column is an operator's

    def clean_wanted(self) -> dict[str, str]:
        """Keys and texts; none that is a secret or a matter of security profiles."""
        wanted: Any = self.cleaned_data["wanted"]
        if not isinstance(wanted, dict):
            raise ValidationError(_("A JSON object of keys and values is needed."))
        odd = [key for key, value in wanted.items() if isinstance(value, (dict, list)) or value is None]
        odd += [key for key in wanted if not configuration.is_of_templates(key)]
        if odd:
            raise ValidationError(_("These are no matter of templates: %(keys)s") % {"keys": ", ".join(odd)})
        return {key: configuration.text_of(value) for key, value in wanted.items()}


@admin.register(ConfigurationTemplate)
class ConfigurationTemplateAdmin(CarefulAdmin):
    """Wanted values, by patterns of vendor, model and firmware."""

    empty_hint = _("What stations of a model are to be set to: those that differ are shown. Add one.")
    form = TemplateForm
    list_display = ["name", "vendor", "model", "firmware", "priority", "is_for_onboarding"]
    list_filter = ["is_for_onboarding"]
    search_fields = ["name", "vendor", "model"]
