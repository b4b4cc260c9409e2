"""The form of a problem: where, what is wrong, a photo, and which driver has told it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import phones
from accounts.models import User
from drivepower.portal.reporting.scope import Scope, stations_of
from stations.models import Station
from stations.pages import KINDS

PICTURES = "image/jpeg,image/png,image/webp"


class ProblemForm(forms.Form):
    """What is wrong; a form that is sent twice, by its `key`, is one report."""

    station = forms.CharField(label=gettext_lazy("Station's code"), max_length=50, widget=UnfoldAdminTextInputWidget)
    number = forms.IntegerField(
        label=gettext_lazy("Connector"),
        required=False,
        min_value=1,
        max_value=99,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("empty: the whole station"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("About"), choices=KINDS, required=False, widget=UnfoldAdminSelectWidget)
    text = forms.CharField(
        label=gettext_lazy("What is wrong?"), max_length=2000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": PICTURES}),
        help_text=gettext_lazy("JPEG, PNG or WebP, up to 5 MB"),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone of the driver who told it"),
        max_length=32,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("The answer goes to that driver; empty: you have seen it yourself."),
    )
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, scope: Scope, person: User) -> None:
        super().__init__(*args)
        self.scope, self.person = scope, person
        if scope.station is not None:
            del self.fields["station"]
        if scope.session is not None:
            del self.fields["number"]

    def clean_station(self) -> Station:
        """One that this person sees."""
        station = stations_of(self.person).filter(code__iexact=self.cleaned_data["station"].strip()).first()
        if station is None:
            raise forms.ValidationError(_("There is no such station."))
        return station

    def clean_phone(self) -> User | None:
        """The driver of that phone; staff of a company know their own drivers alone."""
        said = self.cleaned_data["phone"].strip()
        if not said:
            return None
        drivers = User.objects.filter(role=User.Role.DRIVER)
        if self.person.company_id is not None:
            drivers = drivers.filter(company=self.person.company_id)
        try:
            driver = drivers.filter(phone=phones.normalise(said)).first()
        except ValueError:
            driver = None
        if driver is None:
            raise forms.ValidationError(_("There is no driver with this phone number."))
        return driver

    def clean(self) -> dict[str, Any]:
        """A connector is one that the station has."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        station, number = said.get("station", self.scope.station), said.get("number")
        if station is not None and number and not station.connectors.filter(number=number).exists():
            self.add_error("number", _("The station has no such connector."))
        return said

    def said(self) -> dict[str, Any]:
        """What is reported, as the verb takes it."""
        known, scope = self.cleaned_data, self.scope
        driver: User | None = known["phone"]
        own = f"staff:{self.person.public_id}"
        return {
            "said_by": f"driver:{driver.public_id}" if driver else own,
            "user": driver or self.person,
            "filed_by": own,
            "station": scope.station or known["station"],
            "number": scope.session.connector.number if scope.session else known["number"],
            "session": scope.session.public_id if scope.session else None,
            "kind": known["kind"],
            "text": known["text"],
            "photo": known["photo"],
            "key": known["key"],
        }
