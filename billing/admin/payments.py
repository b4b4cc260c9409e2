"""Money on its way in."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import RecordInline, money
from billing.models import ProviderEvent, SandboxInvoice, TopUp
from drivepower.core.admin import RecordAdmin


class ProviderEventInline(RecordInline):
    """What the provider called about a top-up."""

    model = ProviderEvent
    fields = readonly_fields = ["received_at", "verdict", "body"]


@admin.register(TopUp)
class TopUpAdmin(RecordAdmin):
    """Invoices at payment providers."""

    amount = money("amount", _("amount"), currency="wallet.currency")
    paid = money("paid_amount", _("paid"), currency="wallet.currency")
    list_display = ["made_at", "wallet", amount, paid, "state", "provider", "asked_at"]
    list_filter = ["state", "provider"]
    list_select_related = ["wallet__user", "wallet__company"]
    search_fields = [
        "provider_invoice__exact",
        "provider_transaction__exact",
        "wallet__user__email",
        "wallet__user__phone",
    ]
    fields = readonly_fields = [
        "public_id",
        "wallet",
        amount,
        paid,
        "state",
        "provider",
        "provider_invoice",
        "provider_transaction",
        "pay_url",
        "made_at",
        "expires_at",
        "asked_at",
        "transfer",
    ]
    inlines = [ProviderEventInline]


@admin.register(ProviderEvent)
class ProviderEventAdmin(RecordAdmin):
    """Callbacks as they came."""

    list_display = ["received_at", "provider", "verdict", "top_up"]
    list_filter = ["provider", "verdict"]
    list_select_related = ["top_up"]
    search_fields = ["body"]


@admin.register(SandboxInvoice)
class SandboxInvoiceAdmin(RecordAdmin):
    """What the demo's bank has in its own books."""

    list_display = ["made_at", "public_id", money("amount", _("amount")), "state", "transaction", "order"]
    list_filter = ["state"]
    search_fields = ["order__exact", "transaction__exact"]
