"""A station's own price, set and cleared in dialogs on its page."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.admin.inputs import PriceInput
from billing.admin.rules import CONNECTOR_TYPES
from billing.models import TariffPlan, TariffVersion
from drivepower.core.admin import QuickListAdmin, person
from drivepower.core.money import plain_rate
from stations import prices
from stations.keeping import may_price
from stations.models import Connector, Station

CONNECTOR_TYPES[:] = Connector.Type.choices


class ReasonForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Why."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=UnfoldAdminTextInputWidget, help_text=_("For those who ask later.")
    )


LABELS = {"per_kwh": _("Per kWh"), "session_fee": _("Session fee")}


class OwnPriceForm(ReasonForm):
    """What the station sells for."""

    per_kwh = forms.DecimalField(
        label=LABELS["per_kwh"], min_value=Decimal(0), max_digits=12, decimal_places=4, widget=PriceInput
    )
    session_fee = forms.DecimalField(
        label=LABELS["session_fee"],
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=4,
        initial=Decimal(0),
        widget=PriceInput,
    )
    field_order = ["per_kwh", "session_fee", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        station = Station.objects.select_related("own_plan", "tariff_plan").filter(pk=self.object_id).first()
        if station is None:
            return
        before = prices.version_before(station, at=timezone.now())
        currency = before.plan.currency if before else settings.DEFAULT_CURRENCY
        held = rates_of(before) if before and before.plan == station.own_plan else {}
        for name, label in LABELS.items():
            self.fields[name].label = f"{label}, {currency}"
            if name in held:
                self.fields[name].initial = plain_rate(held[name], currency)


def rates_of(version: TariffVersion) -> dict[str, Decimal]:
    """Its price per dimension."""
    return dict(version.rules.values_list("dimension", "price"))


SET = {
    "title": _("The station's own price"),
    "description": _("From now on it holds instead of the station's plan. Charges that run keep their price."),
    "form_class": OwnPriceForm,
    "form_submit_text": _("Set"),
}
CLEAR = {
    "title": _("Take the own price away?"),
    "description": _("The station's plan prices it again. Charges that run keep their price."),
    "form_class": ReasonForm,
    "form_submit_text": _("Take away"),
}


class PublicPlans(BaseModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Pages on which a plan is chosen, by who sets prices: nobody chooses what is private to one station."""

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """The choice of a plan without the private ones."""
        if db_field.related_model is TariffPlan:
            kwargs["queryset"] = TariffPlan.objects.filter(is_private=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """With the plan, for those who set no prices."""
        return [*super().get_readonly_fields(request, obj), *([] if may_price(request.user) else ["tariff_plan"])]


class OwnPriceAdmin(PublicPlans, QuickListAdmin):
    """Stations that may have a price of their own."""

    @admin.display(description=_("own price"))
    def own_price(self, station: Station) -> str:
        """What its private plan says now."""
        plan = station.own_plan
        if plan is None:
            return "–"
        held = plan.versions.filter(in_force_from__lte=timezone.now()).order_by("-in_force_from", "-number").first()
        return ", ".join(
            f"{rule.get_dimension_display()}: {plain_rate(rule.price, plan.currency)} {plan.currency}"
            for rule in (held.rules.order_by("pk") if held else ())
        )

    def has_set_own_price_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change both stations and plans."""
        return request.user.has_perms(["stations.change_station", "billing.change_tariffplan"])

    def has_clear_own_price_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """The same, where there is one."""
        has_one = object_id is None or Station.objects.filter(pk=object_id, own_plan__isnull=False).exists()
        return has_one and self.has_set_own_price_permission(request)

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Own price"), icon="sell", permissions=["set_own_price"], dialog=SET
    )
    def set_own_price(self, request: HttpRequest, form: OwnPriceForm, object_id: str) -> HttpResponse:
        """Set it, and go back to the station."""
        station = self.station_of(request, object_id)
        said = form.cleaned_data
        version = prices.set_own_price(
            station=station,
            per_kwh=said["per_kwh"],
            session_fee=said["session_fee"],
            by=person(request),
            reason=said["reason"],
            at=timezone.now(),
        )
        self.log_change(request, station, f"Set its own price: {version}.")
        messages.success(request, _("The station has its own price now."))
        return page_of(station)

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("No own price"), icon="undo", permissions=["clear_own_price"], dialog=CLEAR
    )
    def clear_own_price(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        """Clear it, and go back to the station."""
        station = self.station_of(request, object_id)
        reason = form.cleaned_data["reason"]
        by = person(request)
        if prices.clear_own_price(station=station, by=by, reason=reason, at=timezone.now()):
            self.log_change(request, station, f"Took its own price away: {reason}")
            messages.success(request, _("The station is priced by its plan again."))
        return page_of(station)

    def station_of(self, request: HttpRequest, object_id: str) -> Station:
        """The station, or 404."""
        station: Station | None = self.get_object(request, object_id)
        if station is None:
            raise Http404
        return station


def page_of(station: Station) -> HttpResponse:
    """Go to the station's page."""
    return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_station_change", args=[station.pk])})
