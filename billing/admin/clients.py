"""Prices of single people and companies."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from accounts.named import NamingPeople
from billing.admin.inputs import currency_of
from billing.models import ClientTariff
from drivepower.core.admin import CarefulAdmin, person

END = {
    "title": _("End it now?"),
    "description": _("Charges that run keep it; new ones are priced as everybody's."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("End it"),
}


class ClientTariffForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """What one client pays instead."""

    def clean(self) -> dict[str, Any]:
        """What the table would refuse, in words and at the field."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "user" in self.fields:
            self.look_at_price(said)
        self.look_at_time(said)
        return said

    def look_at_price(self, said: dict[str, Any]) -> None:
        """One owner, and one of a plan, a rate and a discount."""
        plan, rate, discount = said.get("plan"), said.get("rate_per_kwh"), said.get("discount_percent")
        if bool(said.get("user")) == bool(said.get("company")) and not {"user", "company"} & set(self.errors):
            self.add_error("user", _("Name either a person or a company."))
        if plan is not None and rate is not None:
            self.add_error("rate_per_kwh", _("A plan has its own rates: give one of them."))
        elif rate is not None and rate < 0:
            self.add_error("rate_per_kwh", _("A price is not below 0; 0 is free."))
        elif rate is not None and not said.get("currency"):
            self.add_error("currency", _("Say in which currency the rate is."))
        elif rate is None and said.get("currency"):
            self.add_error("currency", _("Only a rate has a currency: leave it empty."))
        if plan is not None and plan.is_private:
            self.add_error("plan", _("This is the price of one station."))
        if discount is not None and not 0 <= discount <= 100:
            self.add_error("discount_percent", _("A discount is between 0 and 100 %."))
        elif rate is not None and discount:
            self.add_error("discount_percent", _("A rate has no discount: lower the rate."))
        elif plan is None and rate is None and not discount and not self.errors:
            self.add_error("discount_percent", _("Give a plan, a rate or a discount."))

    def look_at_time(self, said: dict[str, Any]) -> None:
        """What was charged already keeps its price."""
        now = timezone.now()
        begins, ends = said.get("valid_from", self.instance.valid_from), said.get("valid_until")
        if "valid_until" in self.changed_data and ends is not None and ends < now:
            self.add_error("valid_until", _("This moment has passed."))
        elif begins is not None and ends is not None and ends <= begins:
            self.add_error("valid_until", _("This is not after it begins."))

    def clean_currency(self) -> str:
        """Three letters, or nothing."""
        said = self.cleaned_data["currency"]
        return currency_of(said) if said else ""


@admin.register(ClientTariff)
class ClientTariffAdmin(NamingPeople, CarefulAdmin):
    """Agreements with single clients; one that has begun is ended, never changed or deleted."""

    empty_hint = _(
        "What a person or a company pays instead of the usual prices. Add one where you have agreed on that."
    )
    form = ClientTariffForm
    list_display = ["client", "plan", "rate_per_kwh", "currency", "discount_percent", "valid_from", "valid_until"]
    list_display += ["reason"]
    list_filter = [("valid_until", admin.EmptyFieldListFilter), "currency"]
    list_select_related = ["user", "company", "plan"]
    search_fields = ["user__email", "user__phone", "user__name", "company__name", "reason"]
    autocomplete_fields = ["user", "company", "plan"]
    readonly_fields = ["made_by", "created_at"]
    fieldsets = [
        (_("Who"), {"fields": ["user", "company"]}),
        (_("Pays instead"), {"fields": ["plan", "rate_per_kwh", "currency", "discount_percent"]}),
        (_("When and why"), {"fields": ["valid_from", "valid_until", "reason", "made_by", "created_at"]}),
    ]
    actions_detail = ["end"]

    @admin.display(description=_("client"), ordering="user__email")
    def client(self, tariff: ClientTariff) -> str:
        """Whom it is for."""
        return str(tariff.user or tariff.company)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From now on."""
        return {"valid_from": timezone.now(), **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: ClientTariff | None = None) -> list[str]:
        """What has begun may only be given an end."""
        if obj is None or obj.valid_from > timezone.now():
            return super().get_readonly_fields(request, obj)
        price = ["user", "company", "plan", "rate_per_kwh", "currency", "discount_percent"]
        return [*price, "valid_from", "reason", *super().get_readonly_fields(request, obj)]

    def has_delete_permission(self, request: HttpRequest, obj: ClientTariff | None = None) -> bool:
        """Only before it begins."""
        begun = obj is None or obj.valid_from <= timezone.now()
        return not begun and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """Note who made it."""
        if not change:
            obj.made_by = person(request)
        super().save_model(request, obj, form, change)

    def has_end_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change them, while it is in force."""
        may = request.user.has_perm("billing.change_clienttariff")
        return may and (object_id is None or in_force().filter(pk=object_id).exists())

    @action(description=_("End it now"), icon="event_busy", permissions=["end"], dialog=END)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def end(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """It ends now."""
        tariff = self.get_object(request, object_id)
        if tariff is None:
            raise Http404
        if in_force().filter(pk=tariff.pk).update(valid_until=timezone.now()):
            self.log_change(request, tariff, "Ended.")
            messages.success(request, _("It has ended."))
        return HttpResponse(headers={"HX-Redirect": reverse("admin:billing_clienttariff_change", args=[tariff.pk])})


def in_force() -> QuerySet[ClientTariff]:
    """Those that hold now."""
    now = timezone.now()
    return ClientTariff.objects.filter(Q(valid_until=None) | Q(valid_until__gt=now), valid_from__lt=now)
