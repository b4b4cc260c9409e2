"""Wallets, and how their money is held, moved and owed."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import F
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.models import User
from accounts.named import NamingPeople
from billing import ledger, second_person
from billing.admin import dialogs, wallet_page
from billing.admin import payouts as payouts_page
from billing.admin.accounts import AccountFilter, TimeFilter
from billing.admin.columns import money, written
from billing.admin.deciding import asked
from billing.admin.exported import OF_CAPTURES, OF_CHECKPOINTS, OF_DEBTS, OF_HOLDS, OF_WALLETS
from billing.models import Capture, Debt, Hold, Transfer, Wallet, WalletCheckpoint
from billing.operator.transfers import COLUMNS
from drivepower.core.admin import RecordAdmin
from drivepower.core.admin_exports import Exported

OWNER = ["wallet__user", "wallet__company"]


def figure(field: str, label: Any, *, ordering: Combinable | None = None) -> Callable[[Wallet], str]:
    """A column of what wallets of people carry; the house's accounts carry none, their page sums them up."""
    shown = money(field, label, ordering=ordering)

    @admin.display(description=label, ordering=ordering or field)
    def column(wallet: Wallet) -> str:
        return written(None, wallet.currency) if wallet.system else shown(wallet)

    column.__name__ = f"{field}_figure"
    return column


@admin.register(Wallet)
class WalletAdmin(Exported, RecordAdmin):
    """What everyone has; the house's own accounts are the sum of their transfers."""

    exported = OF_WALLETS
    exported_with = ("user", "company")
    list_display = [
        "__str__",
        figure("available", _("free"), ordering=F("balance") - F("held")),
        figure("balance", _("balance")),
        figure("held", _("held")),
        figure("owed", _("owed")),
        figure("credit_limit", _("credit limit")),
    ]
    list_filter = ["currency", "system"]
    empty_hint = _("Everybody has a wallet from the first top-up on.")
    list_select_related = ["user", "company"]
    search_fields = ["user__email", "user__phone", "user__name", "company__name"]
    fields = ["public_id", "user", "company", "system", "currency"]
    ordering = ["-pk"]
    actions_detail = ["adjust", "ask_payout", "record_bank_transfer", "set_credit_limit"]

    change_form_outer_after_template = "billing/admin/wallet.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With every movement and what stands beside them."""
        wallet = self.get_object(request, unquote(object_id)) if object_id.isdecimal() else None
        shown = wallet_page.context_of(wallet, request) if wallet is not None else {}
        answer: HttpResponse = super().change_view(request, object_id, form_url, (extra_context or {}) | shown)
        return answer

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
        return written(ledger.balance_of(wallet), wallet.currency)

    def has_adjust_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may ask for adjustments, where somebody has a balance."""
        return dialogs.may(request, "add_adjustment", where=is_one(object_id, system=""))

    @action(description=_("Adjust"), icon="balance", permissions=["adjust"], dialog=dialogs.ADJUST)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def adjust(self, request: HttpRequest, form: dialogs.AdjustForm, object_id: str) -> HttpResponse:
        """Show what was asked for, booked or waiting."""
        return asked(self, request, form)

    def has_payout_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may ask for payouts, where somebody has a balance."""
        return dialogs.may(request, "add_payout", where=is_one(object_id, system=""))

    @action(description=_("Pay out"), icon="payments", permissions=["payout"], dialog=payouts_page.ASK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def ask_payout(self, request: HttpRequest, form: payouts_page.PayoutForm, object_id: str) -> HttpResponse:
        """Show what was asked for; it waits for a second person."""
        return asked(self, request, form)

    def has_bank_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may enter payments, on a company's wallet."""
        return dialogs.may(request, "add_topup", where=is_one(object_id, company__isnull=False))

    @action(description=_("Record a bank transfer"), icon="account_balance", permissions=["bank"], dialog=dialogs.BANK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def record_bank_transfer(self, request: HttpRequest, form: dialogs.BankForm, object_id: str) -> HttpResponse:
        """Show what was asked for, booked or waiting."""
        return asked(self, request, form)

    def has_limit_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever decides about adjustments, on a company's wallet."""
        return dialogs.may(request, "change_adjustment", where=is_one(object_id, company__isnull=False))

    @action(description=_("Credit limit"), icon="credit_score", permissions=["limit"], dialog=dialogs.LIMIT)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def set_credit_limit(self, request: HttpRequest, form: dialogs.LimitForm, object_id: str) -> HttpResponse:
        """Show what was asked for, booked or waiting; the wallet's history says from which limit to which."""
        wanted = form.cleaned_data["amount"]
        self.log_change(
            request, form.asked.wallet, f"Credit limit asked for: {form.fields['amount'].initial} → {wanted}."
        )
        return asked(self, request, form)


def is_one(object_id: Any, **like: Any) -> bool:
    """Whether that wallet is one like this; every list of buttons asks without a wallet."""
    return object_id is None or Wallet.objects.filter(pk=object_id, **like).exists()


@admin.register(Hold)
class HoldAdmin(Exported, RecordAdmin):
    """Money set aside."""

    empty_hint = _("Money is held when a charge begins: each brings a row.")
    exported = OF_HOLDS
    exported_with = ("wallet__user", "wallet__company")
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
class TransferAdmin(Exported, NamingPeople, RecordAdmin):
    """Money that moved."""

    empty_hint = _("Every movement of money between wallets brings a row.")
    exported = COLUMNS
    exported_with = ("source__user", "source__company", "target__user", "target__company")

    amount = money("amount", _("amount"), currency="source.currency")
    list_display = ["made_at", "kind", amount, "source", "target", "subject", "made_by"]
    list_filter = [AccountFilter, TimeFilter, "kind", "source__currency"]
    list_filter_submit = True
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
    actions_detail = ["refund"]

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may ask for refunds, where it is a charge."""
        paid = (Transfer.Kind.CAPTURE, Transfer.Kind.REPAYMENT)
        is_charge = object_id is None or Transfer.objects.filter(pk=object_id, kind__in=paid).exists()
        return is_charge and second_person.may_refund(cast(User, request.user))

    @action(description=_("Refund"), icon="undo", permissions=["refund"], dialog=dialogs.REFUND)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def refund(self, request: HttpRequest, form: dialogs.RefundForm, object_id: str) -> HttpResponse:
        """Show what was asked for, booked or waiting."""
        return asked(self, request, form)


@admin.register(Debt)
class DebtAdmin(Exported, RecordAdmin):
    """What wallets could not pay."""

    exported = OF_DEBTS
    exported_with = ("wallet__user", "wallet__company")
    amount = money("amount", _("amount"), currency="wallet.currency")
    paid = money("paid", _("paid"), currency="wallet.currency")
    list_display = ["made_at", "wallet", amount, paid, "subject"]
    list_select_related = OWNER
    list_filter = ["wallet__currency"]
    empty_hint = _("Nobody owes anything.")
    search_fields = ["reference__startswith", "wallet__user__email", "wallet__user__phone", "wallet__company__name"]
    fields = readonly_fields = ["reference", "wallet", amount, paid, "subject", "made_at"]
    actions_detail = ["forgive"]

    def has_forgive_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may ask for adjustments, where something is still owed."""
        is_open = object_id is None or Debt.objects.filter(pk=object_id, paid__lt=F("amount")).exists()
        return dialogs.may(request, "add_adjustment", where=is_open)

    @action(description=_("Forgive"), icon="money_off", permissions=["forgive"], dialog=dialogs.FORGIVE)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def forgive(self, request: HttpRequest, form: dialogs.ForgiveForm, object_id: str) -> HttpResponse:
        """Show what was asked for, booked or waiting."""
        return asked(self, request, form)


@admin.register(Capture)
class CaptureAdmin(Exported, RecordAdmin):
    """Which revision of what was charged to whom."""

    empty_hint = _("A row comes when held money is taken for a charge.")
    exported = OF_CAPTURES
    exported_with = ("wallet__user", "wallet__company")
    list_display = [
        "made_at",
        "subject",
        "revision",
        "wallet",
        money("net", _("net"), currency="wallet.currency"),
        money("tax", _("tax"), currency="wallet.currency"),
    ]
    list_select_related = OWNER
    search_fields = ["subject__exact"]
    ordering = ["-pk"]


@admin.register(WalletCheckpoint)
class WalletCheckpointAdmin(Exported, RecordAdmin):
    """What the house's own accounts came to, night by night."""

    empty_hint = _("The system writes them for its own wallets, so that balances stay quick to sum.")
    exported = OF_CHECKPOINTS
    exported_with = ("wallet",)
    list_display = ["made_at", "wallet", money("balance", _("balance"), currency="wallet.currency"), "last_transfer"]
    list_filter = ["wallet__system", "wallet__currency"]
    list_select_related = OWNER
