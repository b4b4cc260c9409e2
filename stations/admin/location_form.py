"""The form of a location: its name and its notice in each language."""

from django import forms
from django.utils.translation import gettext_lazy as _

from drivepower.core.inputs.texts import TextsField
from stations.models import Location
from stations.models.places import LONGEST_NAME, LONGEST_NOTICE


class LocationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A place, named in one language at least."""

    name = TextsField(
        label=_("Name"),
        longest=LONGEST_NAME,
        help_text=_("One language is enough: drivers of another one read it in English, or as it is written here."),
    )
    notice = TextsField(
        label=_("Notice to drivers"), longest=LONGEST_NOTICE, lines=2, required=False,
        help_text=_("Shown on the map and at the connectors as long as it stands here."),
    )  # fmt: skip

    class Meta:
        model = Location
        fields = "__all__"  # noqa: DJ007  # every column is an operator's
