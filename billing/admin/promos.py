"""Promo codes and their uses."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import RecordInline, money
from billing.admin.inputs import currency_of
from billing.models import PromoCode, PromoUse
from drivepower.core.admin import CarefulAdmin, RecordAdmin

AMOUNT = money("amount", _("discount"), currency="code.currency")


class PromoUseInline(RecordInline):
    """The charges that it was given for, a page at a time."""

    model = PromoUse
    per_page = 20
    show_change_link = False
    fields = readonly_fields = ["made_at", "user", "subject", "state", AMOUNT, "ended_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromoUse]:
        """With whose they are."""
        uses: QuerySet[PromoUse] = super().get_queryset(request)
        return uses.select_related("user", "code")


class PromoCodeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A code and its limits."""

    def clean_code(self) -> str:
        """One word, which no other code is, however it is written."""
        code = str(self.cleaned_data["code"]).strip()
        if len(code.split()) != 1:
            raise forms.ValidationError(_("A code is one word."))
        if PromoCode.objects.filter(code__iexact=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is such a code already; small and capital letters are the same."))
        return code

    def clean_currency(self) -> str:
        """Three letters."""
        return currency_of(self.cleaned_data["currency"])

    def clean(self) -> dict[str, Any]:
        """What the table would refuse, in words and at the field."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        value, kind = said.get("value"), said.get("kind")
        if value is not None and value <= 0:
            self.add_error("value", _("A code takes something off: more than 0."))
        elif value is not None and kind == PromoCode.Kind.PERCENT and value > 100:
            self.add_error("value", _("A percentage is at most 100."))
        for name in ("most", "least_price"):
            if (amount := said.get(name)) is not None and amount < 0:
                self.add_error(name, _("An amount is not below 0."))
        begins, ends = said.get("valid_from"), said.get("valid_until")
        if begins is not None and ends is not None and ends <= begins:
            self.add_error("valid_until", _("This is not after it begins."))
        return said


@admin.register(PromoCode)
class PromoCodeAdmin(CarefulAdmin):
    """Words that make a charge cheaper."""

    form = PromoCodeForm
    list_display = ["code", "kind", "value", "currency", "used", "uses_in_all", "valid_from", "valid_until"]
    list_display += ["is_active", "note"]
    list_filter = ["is_active", "kind", "currency"]
    search_fields = ["code", "note"]
    empty_hint = _("A promo code takes a share or a sum off a charge, or pays into a wallet.")
    fieldsets = [
        (None, {"fields": ["code", "kind", "value", "currency", "note", "is_active"]}),
        (_("Limits"), {"fields": ["most", "least_price", "uses_in_all", "uses_per_driver"]}),
        (_("When"), {"fields": ["valid_from", "valid_until"]}),
    ]
    inlines = [PromoUseInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromoCode]:
        """With how often each was used, those given back left out."""
        codes: QuerySet[PromoCode] = super().get_queryset(request)
        return codes.annotate(used_now=Count("uses", filter=~Q(uses__state=PromoUse.State.RETURNED)))

    @admin.display(description=_("used"), ordering="used_now")
    def used(self, code: Any) -> int:
        """How often."""
        count: int = code.used_now
        return count

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From now on, in the house's currency."""
        initial = {"valid_from": timezone.now(), "currency": settings.DEFAULT_CURRENCY}
        return {**initial, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: PromoCode | None = None) -> list[str]:
        """What a use took off can be read from its code for ever."""
        return ["code", "kind", "value", "currency"] if obj is not None and obj.uses.exists() else []

    def has_delete_permission(self, request: HttpRequest, obj: PromoCode | None = None) -> bool:
        """Only one that nobody used."""
        return obj is not None and not obj.uses.exists() and super().has_delete_permission(request, obj)


@admin.register(PromoUse)
class PromoUseAdmin(RecordAdmin):
    """Charges that codes were given for."""

    empty_hint = _("A driver who uses a promo code brings a row.")
    list_display = ["made_at", "code", "user", "subject", "state", AMOUNT, "ended_at"]
    list_filter = ["state"]
    list_select_related = ["code", "user"]
    search_fields = ["code__code", "subject__exact", "user__email", "user__phone"]
    fields = readonly_fields = ["code", "user", "subject", "state", AMOUNT, "made_at", "ended_at"]
