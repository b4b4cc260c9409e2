"""A charge is started for the driver, or stopped."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from charging import lifecycle
from charging.models import Session
from drivepower.core.refusals import Refusal
from drivepower.portal.driver.acts.base import ReasonForm
from stations.models import Station

Limit = Session.Limit


class StartForm(ReasonForm):
    """Where, and up to what."""

    hint = gettext_lazy("It is paid from the driver's wallet, as if they had started it in the app.")
    station = forms.CharField(label=gettext_lazy("Station's code"), max_length=60, widget=UnfoldAdminTextInputWidget)
    connector = forms.IntegerField(
        label=gettext_lazy("Connector"),
        required=False,
        min_value=1,
        max_value=99,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("empty: the only one that fits"),
    )
    limit = forms.ChoiceField(
        label=gettext_lazy("Up to"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[
            ("", gettext_lazy("no limit")),
            (Limit.ENERGY, gettext_lazy("energy, kWh")),
            (Limit.AMOUNT, gettext_lazy("an amount of money")),
        ],
    )
    value = forms.DecimalField(
        label=gettext_lazy("How much"),
        required=False,
        min_value=Decimal("0.001"),
        max_digits=9,
        decimal_places=3,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    field_order = ["station", "connector", "limit", "value", "reason", "key"]

    def clean(self) -> dict[str, Any]:
        """A limit says how much."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(said.get("limit")) != (said.get("value") is not None) and "value" not in self.errors:
            self.add_error("value", _("Say both: up to what, and how much; or neither."))
        return said

    def carry_out(self) -> str:
        """Ask the station."""
        said, page = self.cleaned_data, self.page
        station = Station.objects.filter(code__iexact=said["station"].strip()).first()
        if station is None:
            raise Refusal("station_not_found", "There is no such station.")
        lifecycle.request_start(
            driver=page.driver,
            station=station,
            connector_number=said["connector"],
            energy_wh=int(said["value"] * 1000) if said["limit"] == Limit.ENERGY else None,
            amount=said["value"] if said["limit"] == Limit.AMOUNT else None,
            asked_by=Session.AskedBy.OPERATOR,
            by=page.by,
            at=page.at,
        )
        return self.note(_("A start was asked for at %(station)s.") % {"station": station.code})


class StopForm(ReasonForm):
    """One that is asked for or runs."""

    hint = gettext_lazy("The station is asked to stop; the driver pays for what was delivered.")

    def carry_out(self) -> str:
        """Ask the station, or take a start back that it has not answered."""
        page = self.page
        rows = page.rows(Session.objects.filter(driver=page.driver), "charging.view_session")
        session = self.row_of(rows)
        after = lifecycle.request_stop(session=session, asked_by=page.by, cause="operator", at=page.at)
        facts = {"session": session}
        if after.state == Session.State.STOPPING:
            return self.note(_("The station was asked to stop charge %(session)s.") % facts)
        if session.state == Session.State.REQUESTED:
            return self.note(_("Start %(session)s was taken back.") % facts)
        return _("Charge %(session)s had ended already.") % facts
