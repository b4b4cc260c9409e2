"""Lines of providers' registers that somebody books by hand, and what a second person said of them."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.named import NamingPeople
from billing import registers
from billing.admin import dialogs
from billing.admin.columns import money
from billing.admin.deciding import Deciding
from billing.admin.printed import Printed
from billing.closing.sheets import REGISTER_ENTRIES
from billing.models import RegisterEntry
from drivepower.core.admin_exports import columns
from drivepower.core.exports import Columns


@admin.register(RegisterEntry)
class RegisterEntryAdmin(NamingPeople, Printed, Deciding):
    """Asked for on the pages of lines; decided here."""

    is_big = False
    asked_as = "entry"
    sheet = REGISTER_ENTRIES
    amount = money("amount", _("amount"), currency="line.currency", ordering=F("line__amount"))
    list_display = ["asked_at", "line", amount, "account", "state", "reason", "asked_by", "decided_by"]
    phone_columns = ["line", "amount_money", "reason", "state", "asked_by"]
    list_filter = ["state", "account", "line__provider"]
    list_select_related = ["line__register"]
    search_fields = ["line__provider_transaction__exact", "reason"]
    narrowed_by = ["line__id"]
    actions = ["approve", "refuse"]
    empty_hint = _("A line of a provider's register that is something else is booked on its page.")
    empty_action = (_("See the registers"), "admin:billing_providerregister_changelist")
    fields = readonly_fields = [
        "public_id",
        "line",
        amount,
        "account",
        "reason",
        "state",
        "needs_approval",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
        "transfer",
    ]
    exported: ClassVar[Columns[RegisterEntry]] = columns(
        id="public_id",
        asked_at="asked_at",
        register="line.register.file_name",
        line="line.number",
        provider="line.provider",
        provider_transaction="line.provider_transaction",
        called="line.called",
        amount="line.amount",
        currency="line.currency",
        **{name: name for name in ("account", "reason", "state", "asked_by", "decided_by", "decided_at")},
        transfer="transfer.public_id",
    )
    exported_with = ("line__register", "transfer")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change entries; that it is somebody else's is seen to when it is decided."""
        return dialogs.may(request, "change_registerentry")

    @admin.action(description=_("Approve and book"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: "QuerySet[RegisterEntry]") -> None:
        """Book the chosen ones."""
        self.decide(request, queryset, registers.approve)

    @admin.action(description=_("Refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: "QuerySet[RegisterEntry]") -> None:
        """Let the chosen ones not happen."""
        self.decide(request, queryset, registers.refuse)
