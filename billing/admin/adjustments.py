"""Adjustments that wait for a second person, and those that were decided."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.named import NamingPeople
from billing import adjustments
from billing.admin.columns import money
from billing.admin.deciding import Deciding
from billing.admin.exported import OF_ADJUSTMENTS, OfDesk
from billing.models import Adjustment


@admin.register(Adjustment)
class AdjustmentAdmin(NamingPeople, OfDesk, Deciding):
    """Asked for on the pages of wallets and transfers; decided here."""

    is_big = False
    asked_as = "adjustment"
    exported = OF_ADJUSTMENTS
    exported_with = ("wallet__user", "wallet__company", "transfer")
    amount = money("amount", _("amount"), currency="wallet.currency")
    limit = money("credit_limit", _("credit limit"), currency="wallet.currency")
    list_display = ["asked_at", "kind", amount, "wallet", "state", "reason", "asked_by", "decided_by"]
    list_filter = ["state", "kind", "needs_approval"]
    list_select_related = ["wallet__user", "wallet__company"]
    search_fields = ["wallet__user__email", "wallet__user__phone", "wallet__company__name", "reason"]
    actions = ["approve", "refuse"]
    empty_hint = _("An adjustment is asked for on the page of a wallet or of a transfer.")
    empty_action = (_("See the wallets"), "admin:billing_wallet_changelist")
    fields = readonly_fields = [
        "public_id",
        "kind",
        "wallet",
        amount,
        limit,
        "refunds",
        "forgives",
        "sends_back",
        "credits",
        "bank_reference",
        "reason",
        "state",
        "needs_approval",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
        "transfer",
    ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change adjustments; that it is somebody else's is seen to when it is decided."""
        return request.user.has_perm("billing.change_adjustment")

    @admin.action(description=_("Approve and book"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Adjustment]) -> None:
        """Book the chosen ones."""
        self.decide(request, queryset, adjustments.approve)

    @admin.action(description=_("Refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Adjustment]) -> None:
        """Let the chosen ones not happen."""
        self.decide(request, queryset, adjustments.refuse)
