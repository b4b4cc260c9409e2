"""How supplies are shared: what is planned, and what stations have confirmed."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from charging.models import SitePlan, SiteShare
from drivepower.core.admin import RecordAdmin


class ShareInline(TabularInline):  # type: ignore[misc]  # unfold has no type hints
    """What each charge may take; the planner alone writes it."""

    model = SiteShare
    fields = readonly_fields = ["session", "connector", "phases", "planned_a", "sent_a", "in_force_a", "confirmed_at"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SiteShare]:
        """With their connectors."""
        shares: QuerySet[SiteShare] = super().get_queryset(request)
        return shares.select_related("session__connector__station").order_by("session_id")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody gives shares by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes them either."""
        return False

    @admin.display(description=_("connector"))
    def connector(self, share: SiteShare) -> str:
        """Where it charges."""
        return str(share.session.connector)


@admin.register(SitePlan)
class SitePlanAdmin(RecordAdmin):
    """Locations that share their supply."""

    empty_hint = _("A location with a power limit gets its plan as soon as cars charge there.")
    is_big = False
    list_display = ["location", "limit_a", "charges", "planned", "reserved_a", "revision", "planned_at", "dirty_since"]
    list_select_related = ["location"]
    search_fields = ["location__code", "location__address"]
    fields = readonly_fields = ["location", "limit_a", "reserved_a", "revision", "planned_at", "dirty_since"]
    inlines = [ShareInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SitePlan]:
        """With how many charge there, and what they are given together."""
        plans: QuerySet[SitePlan] = super().get_queryset(request)
        return plans.annotate(charges=Count("shares"), planned_a=Sum("shares__planned_a", default=0))

    @admin.display(description=_("charges"), ordering="charges")
    def charges(self, plan: Any) -> int:
        """How many cars charge there."""
        count: int = plan.charges
        return count

    @admin.display(description=_("given out, A"), ordering="planned_a")
    def planned(self, plan: Any) -> str:
        """What they may take together."""
        return f"{plan.planned_a:.1f}"
