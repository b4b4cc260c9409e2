"""Wallets, and how their money is held, moved and owed."""

from decimal import Decimal

from django.contrib import admin
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import money, written
from billing.models import Capture, Debt, Hold, Transfer, Wallet
from drivepower.core.admin import RecordAdmin

OWNER = ["wallet__user", "wallet__company"]


@admin.register(Wallet)
class WalletAdmin(RecordAdmin):
    """What everyone has; the house's own accounts are the sum of their transfers."""

    list_display = [
        "__str__",
        money("available", _("free"), ordering=F("balance") - F("held")),
        money("balance", _("balance")),
        money("held", _("held")),
        money("owed", _("owed")),
        money("credit_limit", _("credit limit")),
    ]
    list_filter = ["currency", "system"]
    list_select_related = ["user", "company"]
    search_fields = ["user__email", "user__phone", "user__name", "company__name"]
    fields = ["public_id", "user", "company", "system", "currency"]
    ordering = ["-pk"]

    # The sum of all transfers is asked for one wallet, never for a list.
    def get_fields(self, request: object, obj: Wallet | None = None) -> list[object]:
        """The house's accounts have a sum, everyone else's wallets have figures."""
        figures = ["summed"] if obj is not None and obj.system else self.list_display[1:]
        return [*self.fields, *figures]

    def get_readonly_fields(self, request: object, obj: Wallet | None = None) -> list[object]:
        """All of them."""
        return self.get_fields(request, obj)

    @admin.display(description=_("balance"))
    def summed(self, wallet: Wallet) -> str:
        """What came in less what went out."""
        zero = Decimal(0)
        came = Sum("amount", filter=Q(target=wallet), default=zero)
        went = Sum("amount", filter=Q(source=wallet), default=zero)
        sums = Transfer.objects.filter(Q(target=wallet) | Q(source=wallet)).aggregate(came=came, went=went)
        return written(sums["came"] - sums["went"], wallet.currency)


@admin.register(Hold)
class HoldAdmin(RecordAdmin):
    """Money set aside."""

    list_display = [
        "made_at",
        "wallet",
        money("amount", _("amount"), currency="wallet.currency"),
        "state",
        "subject",
        "ended_at",
    ]
    list_filter = ["state"]
    list_select_related = OWNER
    search_fields = ["reference__startswith", "wallet__user__email", "wallet__user__phone", "wallet__company__name"]
    fields = readonly_fields = [
        "reference",
        "wallet",
        money("amount", _("amount"), currency="wallet.currency"),
        "subject",
        "state",
        "made_at",
        "expires_at",
        "ended_at",
    ]


@admin.register(Transfer)
class TransferAdmin(RecordAdmin):
    """Money that moved."""

    amount = money("amount", _("amount"), currency="source.currency")
    list_display = ["made_at", "kind", amount, "source", "target", "subject", "made_by"]
    list_filter = ["kind", "source__currency"]
    list_select_related = ["source__user", "source__company", "target__user", "target__company"]
    search_fields = [
        "reference__startswith",
        "source__user__email",
        "source__user__phone",
        "target__user__email",
        "target__user__phone",
    ]
    fields = readonly_fields = [
        "public_id",
        "kind",
        amount,
        "source",
        "target",
        "subject",
        "reference",
        "reverses",
        "made_by",
        "reason",
        "made_at",
    ]


@admin.register(Debt)
class DebtAdmin(RecordAdmin):
    """What wallets could not pay."""

    amount = money("amount", _("amount"), currency="wallet.currency")
    paid = money("paid", _("paid"), currency="wallet.currency")
    list_display = ["made_at", "wallet", amount, paid, "subject"]
    list_select_related = OWNER
    search_fields = ["reference__startswith", "wallet__user__email", "wallet__user__phone", "wallet__company__name"]
    fields = readonly_fields = ["reference", "wallet", amount, paid, "subject", "made_at"]


@admin.register(Capture)
class CaptureAdmin(RecordAdmin):
    """Which revision of what was charged to whom."""

    list_display = ["made_at", "subject", "revision", "wallet"]
    list_select_related = OWNER
    search_fields = ["subject__exact"]
    ordering = ["-pk"]
