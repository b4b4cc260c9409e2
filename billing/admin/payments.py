"""Money on its way in, and what of it was sent back."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from billing.admin import dialogs
from billing.admin.adjustments import person
from billing.admin.columns import RecordInline, money
from billing.models import PaymentRefund, ProviderEvent, SandboxInvoice, SandboxMovement, TopUp
from billing.payments import refunds
from drivepower.core.admin import RecordAdmin
from drivepower.core.money import plain


class PaymentRefundInline(RecordInline):
    """What we sent back of a payment."""

    model = PaymentRefund
    fields = readonly_fields = [
        "made_at",
        money("amount", _("amount"), currency="top_up.wallet.currency"),
        "state",
        "reason",
        "made_by",
    ]


class ProviderEventInline(RecordInline):
    """What the provider said of a top-up, for those who may see it as it came."""

    model = ProviderEvent
    fields = readonly_fields = ["received_at", "direction", "verdict", "body"]


class SendBackForm(dialogs.ReasonedForm):
    """How much of a payment goes back the way it came: all that is left, unless told otherwise."""

    refund: PaymentRefund

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        top_up = TopUp.objects.select_related("wallet").filter(pk=self.object_id).first()
        if top_up and top_up.paid_amount is not None:
            left = min(top_up.paid_amount - top_up.reversed_amount, max(top_up.wallet.available, 0))
            self.fields["amount"].initial = plain(left, top_up.wallet.currency)

    def carry_out(self, said: dict[str, Any]) -> None:
        """Send it."""
        self.refund = refunds.send_back(
            top_up=TopUp.objects.get(pk=self.object_id),
            amount=said["amount"],
            reason=said["reason"],
            made_by=person(self.request),
            at=timezone.now(),
        )


SEND_BACK = {
    "title": _("Send a part or all of it back the way it came"),
    "description": _("Only money that is free in the wallet; what the provider refuses goes back into the wallet."),
    "form_class": SendBackForm,
    "form_submit_text": _("Send it back"),
}


@admin.register(TopUp)
class TopUpAdmin(RecordAdmin):
    """Invoices at payment providers."""

    amount = money("amount", _("amount"), currency="wallet.currency")
    paid = money("paid_amount", _("paid"), currency="wallet.currency")
    gone_back = money("reversed_amount", _("gone back"), currency="wallet.currency")
    list_display = ["made_at", "wallet", amount, paid, gone_back, "state", "provider", "method", "asked_at"]
    list_filter = ["state", "provider", "method"]
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
        gone_back,
        "state",
        "failure",
        "provider",
        "method",
        "provider_invoice",
        "provider_transaction",
        "pay_url",
        "made_at",
        "expires_at",
        "asked_at",
        "transfer",
    ]
    inlines = [PaymentRefundInline, ProviderEventInline]
    actions_detail = ["send_back"]

    def has_send_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add refunds of payments, where something is left of one."""
        left = object_id is None or TopUp.objects.filter(pk=object_id, state=TopUp.State.APPROVED).exists()
        return dialogs.may(request, "add_paymentrefund", where=left)

    @action(description=_("Send back"), icon="undo", permissions=["send_back"], dialog=SEND_BACK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def send_back(self, request: HttpRequest, form: SendBackForm, object_id: str) -> HttpResponse:
        """Say how it stands."""
        refund = form.refund
        self.log_change(request, refund, f"Sent back {refund.amount}.")
        went_wrong = refund.state == PaymentRefund.State.REFUSED
        text = _("The refund: %(state)s.") % {"state": refund.get_state_display()}
        self.message_user(request, text, messages.ERROR if went_wrong else messages.SUCCESS)
        return dialogs.shown(refund.top_up)


@admin.register(PaymentRefund)
class PaymentRefundAdmin(RecordAdmin):
    """What we sent back of payments."""

    amount = money("amount", _("amount"), currency="top_up.wallet.currency")
    list_display = ["made_at", "top_up", amount, "state", "reason", "made_by", "asked_at", "ended_at"]
    list_filter = ["state"]
    list_select_related = ["top_up__wallet"]
    search_fields = ["provider_refund__exact", "reason"]
    fields = readonly_fields = [
        "public_id",
        "top_up",
        amount,
        "state",
        "provider_refund",
        "reason",
        "made_by",
        "made_at",
        "asked_at",
        "ended_at",
        "transfer",
    ]


@admin.register(ProviderEvent)
class ProviderEventAdmin(RecordAdmin):
    """What providers called and answered, as it came."""

    list_display = ["received_at", "provider", "direction", "verdict", "top_up"]
    list_filter = ["provider", "direction", "verdict"]
    list_select_related = ["top_up"]
    search_fields = ["body"]


class SandboxMovementInline(RecordInline):
    """What moved at the demo's bank after a payment."""

    model = SandboxMovement
    fields = readonly_fields = ["made_at", "kind", money("amount", _("amount"), currency="invoice.currency"), "name"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the invoice."""
        return request.user.has_perm("billing.view_sandboxinvoice")


@admin.register(SandboxInvoice)
class SandboxInvoiceAdmin(RecordAdmin):
    """What the demo's bank has in its own books."""

    list_display = ["made_at", "public_id", money("amount", _("amount")), "state", "transaction", "order"]
    list_filter = ["state"]
    search_fields = ["order__exact", "transaction__exact"]
    inlines = [SandboxMovementInline]
