"""Tariff plans, their versions and rules; a version is never edited, only followed by the next."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.named import NamingPeople
from billing.admin.columns import money
from billing.admin.defaulting import DefaultingAdmin
from billing.admin.editor.pages import EditingAdmin
from billing.admin.editor.showing import listed
from billing.admin.inputs import currency_of
from billing.admin.publishing import drawn
from billing.admin.taxing import TaxingAdmin
from billing.models import PriceTerms, TariffPlan, TariffVersion, TaxChange
from drivepower.core.admin import CarefulAdmin, RecordAdmin
from drivepower.core.inputs.weekdays import DAYS


class Prices:
    """Pages that end with rules and the week that they make."""

    change_form_outer_after_template = "billing/admin/prices.html"

    class Media:
        css = {"all": ["billing/tariffs.css", "billing/editor.css"]}


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A plan by its name."""

    def clean_currency(self) -> str:
        """Three letters."""
        return currency_of(self.cleaned_data["currency"])


@admin.register(TariffPlan)
class TariffPlanAdmin(EditingAdmin, DefaultingAdmin, TaxingAdmin, CarefulAdmin):
    """Under which names prices are kept; what they say is changed by a new version."""

    empty_hint = _(
        "Without a tariff plan nobody can be charged. Add one, publish its prices, then choose it for "
        "locations or connectors."
    )
    form = PlanForm
    list_display = ["name", "currency", "is_default", "is_private", "owner", "version_now", "tax_now"]
    list_filter = ["currency", "is_default", "is_private"]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__name"]
    autocomplete_fields = ["owner"]
    change_form_outer_after_template = "billing/editor/plan.html"
    actions_list = ["change_tax"]
    actions_detail = ["new_version", "make_default"]

    class Media:
        css = {"all": ["billing/tariffs.css", "billing/editor.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[TariffPlan]:
        """Each plan with the version that is in force."""
        now = TariffVersion.objects.filter(plan=OuterRef("pk"), in_force_from__lte=timezone.now())
        newest = now.order_by("-in_force_from", "-number")
        plans: QuerySet[TariffPlan] = super().get_queryset(request)
        return plans.annotate(
            version_number=Subquery(newest.values("number")[:1]),
            version_tax=Subquery(newest.values("tax_percent")[:1]),
        )

    def get_fields(self, request: HttpRequest, obj: TariffPlan | None = None) -> list[Any]:
        """A new plan begins with a name and a currency."""
        traits = ["is_default", "is_private", "created_at"] if obj else []
        return ["name", "currency", "owner", *traits]

    def get_readonly_fields(self, request: HttpRequest, obj: TariffPlan | None = None) -> list[str]:
        """Prices stay in their currency; what the plan is for is changed by an act of its own."""
        return ["currency", "is_default", "is_private", "created_at"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """In the house's currency."""
        return {"currency": settings.DEFAULT_CURRENCY, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A plan stays for the charges that know it."""
        return False

    def response_add(self, request: HttpRequest, obj: TariffPlan, post_url_continue: str | None = None) -> HttpResponse:
        """A plan without prices is nothing yet: go on to its first version."""
        if not self.has_publish_permission(request):
            return super().response_add(request, obj, post_url_continue)  # type: ignore[no-any-return]  # unfold has no type hints
        return HttpResponseRedirect(reverse("admin:billing_tariffplan_new_version", args=[obj.pk]))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """With the editor."""
        plan = kwargs.get("obj")
        context |= self.editor(request, plan) if plan else {}
        return super().render_change_form(request, context, **kwargs)  # type: ignore[no-any-return]  # unfold has no type hints

    @admin.display(description=_("version in force"))
    def version_now(self, plan: Any) -> str:
        """Its number."""
        return f"v{plan.version_number}" if plan.version_number else "–"

    @admin.display(description=_("tax, %"))
    def tax_now(self, plan: Any) -> Any:
        """What of a price is tax, or comes on top of it."""
        return plan.version_tax


@admin.register(TariffVersion)
class TariffVersionAdmin(Prices, NamingPeople, RecordAdmin):
    """One edition of a plan."""

    empty_hint = _("Publishing the prices of a tariff plan brings a row.")
    is_big = False
    cap = money("idle_cap", _("idle fee at most"), currency="plan.currency")
    list_display = ["__str__", "in_force_from", "tax_name", "tax_percent", "tax_included", "made_by", "reason"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["plan__name"]
    fields = readonly_fields = [
        "plan",
        "number",
        "in_force_from",
        "tax_name",
        "tax_percent",
        "tax_included",
        "idle_grace_seconds",
        "idle_from",
        cap,
        "made_by",
        "reason",
    ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """With its rules."""
        version = kwargs.get("obj")
        context |= {"prices": version and shown(version, _("Prices"))}
        return super().render_change_form(request, context, **kwargs)  # type: ignore[no-any-return]  # unfold has no type hints


def shown(version: TariffVersion, title: Any) -> dict[str, Any]:
    """A version's rules, and the week that they make from when it is in force, or from now on."""
    rows, currency = list(version.rules.order_by("pk")), version.plan.currency
    return {
        "title": title,
        "version": version,
        "currency": currency,
        "rules": listed(rows, currency),
        "grids": drawn(version.plan, rows, version.in_force_from),
        "days": DAYS,
        "today": timezone.localtime().isoweekday(),
    }


@admin.register(TaxChange)
class TaxChangeAdmin(NamingPeople, RecordAdmin):
    """New taxes as they were announced."""

    empty_hint = _("A new tax that is announced for all plans brings a row.")
    is_big = False
    list_display = ["made_at", "in_force_from", "tax_name", "tax_percent", "tax_included", "made_by", "reason"]
    fields = readonly_fields = list_display


@admin.register(PriceTerms)
class PriceTermsAdmin(RecordAdmin):
    """What single charges froze."""

    empty_hint = _("The prices of a charge are frozen at its start: that brings rows.")
    list_display = ["id", "made_at", "version", "currency"]
    list_select_related = ["version__plan"]
    ordering = ["-pk"]
