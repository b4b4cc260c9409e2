"""Money on its way in, and what of it was sent back."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.named import NamingPeople
from billing import adjustments
from billing.admin import dialogs
from billing.admin.columns import RecordInline, money
from billing.admin.conversation import conversation_of
from billing.admin.exported import OF_REFUNDS, OF_SECOND_PAYMENTS, OF_TOP_UPS, OfDesk
from billing.models import (
    Adjustment,
    PaymentRefund,
    SandboxInvoice,
    SandboxMovement,
    SecondPayment,
    TopUp,
)
from billing.payments import doubles
from billing.payments.providers import PROVIDERS
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.admin_exports import Exported
from drivepower.core.errors import in_their_language
from drivepower.core.filters import of_known
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal


class PaymentRefundInline(NamingPeople, RecordInline):
    """What we sent back of a payment."""

    model = PaymentRefund
    fields = readonly_fields = [
        "made_at",
        money("amount", _("amount"), currency="top_up.wallet.currency"),
        "state",
        "reason",
        "made_by",
    ]


class SendBackForm(dialogs.AskForm):
    """How much of a payment goes back the way it came: all that is left, unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        top_up = TopUp.objects.select_related("wallet").filter(pk=self.object_id).first()
        if top_up and top_up.paid_amount is not None:
            left = min(top_up.paid_amount - top_up.reversed_amount, max(top_up.wallet.available, 0))
            self.fields["amount"].initial = plain(left, top_up.wallet.currency)

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it; what needs nobody else is sent."""
        top_up = TopUp.objects.select_related("wallet").get(pk=self.object_id)
        self.asked = adjustments.ask_to_send_back(top_up=top_up, amount=said["amount"], **self.told(said))


SEND_BACK = {
    "title": _("Send a part or all of it back the way it came"),
    "description": _("Only money that is free in the wallet; what the provider refuses goes back into the wallet."),
    "form_class": SendBackForm,
    "form_submit_text": _("Send it back"),
}


@admin.register(TopUp)
class TopUpAdmin(Exported, RecordAdmin):
    """Invoices at payment providers."""

    exported = OF_TOP_UPS
    exported_with = ("wallet__user", "wallet__company", "transfer")

    amount = money("amount", _("amount"), currency="wallet.currency")
    paid = money("paid_amount", _("paid"), currency="wallet.currency")
    gone_back = money("reversed_amount", _("gone back"), currency="wallet.currency")
    list_display = ["made_at", "wallet", amount, paid, gone_back, "state", "provider", "method", "asked_at"]
    list_filter = ["state", ("provider", of_known(PROVIDERS.keys)), "method"]
    list_select_related = ["wallet__user", "wallet__company"]
    more_columns = ["provider_invoice", "provider_transaction", "expires_at", "failure", "public_id"]
    empty_hint = _("Drivers top up their wallets in the app, by a QR code or a card.")
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
    inlines = [PaymentRefundInline]
    actions_detail = ["send_back"]
    change_form_outer_after_template = "billing/admin/conversation.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With all that was said and done about it."""
        top_up = self.get_object(request, unquote(object_id))
        shown = conversation_of(top_up, request) if top_up is not None else {}
        answer: HttpResponse = super().change_view(request, object_id, form_url, (extra_context or {}) | shown)
        return answer

    def has_send_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add refunds of payments, where something is left of one."""
        if object_id is None or request.method == "POST":  # a dialog that was sent twice gets the same answer
            return dialogs.may(request, "add_paymentrefund")
        left = TopUp.objects.filter(pk=object_id, state=TopUp.State.APPROVED).exists()
        return dialogs.may(request, "add_paymentrefund", where=left)

    @action(description=_("Send back"), icon="undo", permissions=["send_back"], dialog=SEND_BACK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def send_back(self, request: HttpRequest, form: SendBackForm, object_id: str) -> HttpResponse:
        """Say how it stands."""
        asked = form.asked
        self.log_change(request, asked, f"Asked to send back {asked.amount}.")
        if refund := PaymentRefund.objects.filter(public_id=asked.public_id).first():
            went_wrong = refund.state == PaymentRefund.State.REFUSED
            text = _("The refund: %(state)s.") % {"state": refund.get_state_display()}
            self.message_user(request, text, messages.ERROR if went_wrong else messages.SUCCESS)
        else:
            self.message_user(request, dialogs.WAITS)
        return dialogs.shown(asked.sends_back)


@admin.register(PaymentRefund)
class PaymentRefundAdmin(NamingPeople, OfDesk, RecordAdmin):
    """What we sent back of payments."""

    empty_hint = _("A refund to a card or bank, asked for on a payment, brings a row.")
    exported = OF_REFUNDS
    exported_with = ("top_up__wallet__user", "top_up__wallet__company", "transfer")

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


class CreditForm(dialogs.AskForm):
    """What a second payment brought: as the provider says, unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payment = SecondPayment.objects.select_related("top_up__wallet").filter(pk=self.object_id).first()
        if payment:
            self.fields["amount"].initial = plain(payment.amount, payment.top_up.wallet.currency)

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it; what needs nobody else is credited."""
        payment = SecondPayment.objects.select_related("top_up__wallet").get(pk=self.object_id)
        self.asked = adjustments.ask_to_credit(payment=payment, amount=said["amount"], **self.told(said))


CREDIT = {
    "title": _("Credit the second payment"),
    "description": _("Once, to the wallet that the invoice was for."),
    "form_class": CreditForm,
    "form_submit_text": _("Credit it"),
}


@admin.register(SecondPayment)
class SecondPaymentAdmin(NamingPeople, OfDesk, RecordAdmin):
    """Further payments of invoices that had been paid: credited here, or sent back at the provider and noted here."""

    exported = OF_SECOND_PAYMENTS
    exported_with = ("top_up__wallet__user", "top_up__wallet__company", "transfer")
    is_big = False
    amount = money("amount", _("amount"), currency="top_up.wallet.currency")
    list_display = ["seen_at", "provider", "provider_transaction", amount, "state", "top_up", "decided_by"]
    list_filter = ["state", ("provider", of_known(PROVIDERS.keys))]
    list_select_related = ["top_up__wallet"]
    search_fields = ["provider_transaction__exact"]
    empty_hint = _("An invoice that was paid twice is shown here, for a person to decide.")
    fields = readonly_fields = [
        "public_id",
        "top_up",
        "provider",
        "provider_transaction",
        amount,
        "state",
        "seen_at",
        "decided_by",
        "decided_at",
        "transfer",
    ]
    actions = ["note_sent_back"]
    actions_detail = ["credit"]

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add top-ups, where nobody has decided yet."""
        undecided = SecondPayment.objects.filter(pk=object_id, state=SecondPayment.State.OPEN)
        return dialogs.may(request, "add_topup", where=object_id is None or undecided.exists())

    @action(description=_("Credit the second payment"), icon="add_card", permissions=["decide"], dialog=CREDIT)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def credit(self, request: HttpRequest, form: CreditForm, object_id: str) -> HttpResponse:
        """Show it as it stands."""
        asked = form.asked
        self.log_change(request, asked, f"Asked to credit {asked.amount}.")
        waits = asked.state == Adjustment.State.ASKED
        self.message_user(request, dialogs.WAITS if waits else _("It is in the wallet."))
        return dialogs.shown(asked.credits)

    @admin.action(description=_("Note that they were sent back by hand"), permissions=["decide"])
    def note_sent_back(self, request: HttpRequest, queryset: QuerySet[SecondPayment]) -> None:
        """Note it of the chosen ones."""
        for payment in queryset:
            try:
                doubles.note_sent_back(payment=payment, by=person(request), at=timezone.now())
            except Refusal as refusal:
                self.message_user(request, in_their_language(refusal.message), messages.ERROR)
            else:
                self.log_change(request, payment, "Sent back by hand.")


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

    empty_hint = _("Each payment through the sandbox bank brings a row.")
    list_display = ["made_at", "public_id", money("amount", _("amount")), "state", "transaction", "order"]
    list_filter = ["state"]
    search_fields = ["order__exact", "transaction__exact"]
    inlines = [SandboxMovementInline]
