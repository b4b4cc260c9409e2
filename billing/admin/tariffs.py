"""Tariff plans, their versions and rules; a version is never edited, only followed by the next."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import RecordInline, money
from billing.models import PriceTerms, TariffPlan, TariffRule, TariffVersion
from drivepower.core.admin import RecordAdmin


class RuleInline(RecordInline):
    """The prices of a version."""

    model = TariffRule
    show_change_link = False
    fields = readonly_fields = [
        "name",
        "dimension",
        "price",
        "connector_type",
        "power_from_w",
        "power_to_w",
        "weekdays",
        "starts",
        "ends",
        "valid_from",
        "valid_until",
        "priority",
    ]


class VersionInline(RecordInline):
    """The editions of a plan, newest first."""

    model = TariffVersion
    fields = readonly_fields = [
        "number",
        "in_force_from",
        "tax_name",
        "tax_percent",
        "tax_included",
        "made_by",
        "reason",
    ]


@admin.register(TariffPlan)
class TariffPlanAdmin(RecordAdmin):
    """Under which names prices are kept."""

    list_display = ["name", "currency", "is_default", "is_private", "owner", "version_now", "tax_now"]
    list_filter = ["currency", "is_default", "is_private"]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__name"]
    fields = readonly_fields = ["name", "currency", "is_default", "is_private", "owner", "created_at", "prices_now"]
    inlines = [VersionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TariffPlan]:
        """Each plan with the version that is in force."""
        now = TariffVersion.objects.filter(plan=OuterRef("pk"), in_force_from__lte=timezone.now())
        newest = now.order_by("-in_force_from", "-number")
        plans: QuerySet[TariffPlan] = super().get_queryset(request)
        return plans.annotate(
            version_id=Subquery(newest.values("pk")[:1]),
            version_number=Subquery(newest.values("number")[:1]),
            version_tax=Subquery(newest.values("tax_percent")[:1]),
        )

    @admin.display(description=_("version in force"))
    def version_now(self, plan: Any) -> str:
        """Its number."""
        return f"v{plan.version_number}" if plan.version_number else "–"

    @admin.display(description=_("tax, %"))
    def tax_now(self, plan: Any) -> Any:
        """What of a price is tax, or comes on top of it."""
        return plan.version_tax

    @admin.display(description=_("prices in force"))
    def prices_now(self, plan: Any) -> SafeString:
        """The rules of the version in force."""
        rules = TariffRule.objects.filter(version=plan.version_id).order_by("dimension", "-priority", "-pk")
        return render_to_string("billing/admin/rules.html", {"rules": rules, "currency": plan.currency})


@admin.register(TariffVersion)
class TariffVersionAdmin(RecordAdmin):
    """One edition of a plan."""

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
        cap,
        "made_by",
        "reason",
    ]
    inlines = [RuleInline]


@admin.register(PriceTerms)
class PriceTermsAdmin(RecordAdmin):
    """What single charges froze."""

    list_display = ["pk", "made_at", "version", "currency"]
    list_select_related = ["version__plan"]
    ordering = ["-pk"]
