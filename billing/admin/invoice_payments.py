"""What was set against invoices, by hand or by the standing of a wallet, and the dialog that takes one back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.named import NamingPeople
from billing import invoices
from billing.admin import dialogs
from billing.admin.columns import money
from billing.admin.exported import OF_PAYMENTS, OfDesk
from billing.admin.printed import Printed
from billing.closing.sheets import PAYMENTS
from billing.models import InvoicePayment
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal


class TakeBackForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Why a payment was wrong."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def clean(self) -> dict[str, Any]:
        """Take it back, or say why not."""
        said: dict[str, Any] = super().clean()
        if not self.errors:
            payment = InvoicePayment.objects.select_related("invoice", "transfer").get(pk=self.object_id)
            try:
                invoices.take_back_payment(
                    payment=payment, reason=said["reason"], by=person(self.request), at=timezone.now()
                )
            except Refusal as refusal:
                raise forms.ValidationError({"reason": in_their_language(refusal.message)}) from refusal
        return said


TAKE_BACK = {
    "title": _("Take this payment back"),
    "description": _("A row says so and why; the invoice is to be paid by so much more."),
    "form_class": TakeBackForm,
    "form_submit_text": _("Take it back"),
}


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(NamingPeople, OfDesk, Printed, RecordAdmin):
    """Which money paid which invoice."""

    exported = OF_PAYMENTS
    sheet = PAYMENTS
    exported_with = ("invoice__wallet__company", "transfer")

    amount = money("amount", _("amount"), currency="invoice.currency")
    list_display = ["made_at", "invoice", "wallet", amount, "transfer", "reason", "made_by"]
    list_select_related = ["invoice__wallet__company", "invoice__wallet__user", "transfer"]
    search_fields = ["invoice__number__exact", "invoice__wallet__company__name"]
    fields = readonly_fields = ["made_at", "invoice", "wallet", amount, "transfer", "undoes", "reason", "made_by"]
    actions_detail = ["take_back"]
    empty_hint = _("A payment is set on the page of an invoice.")
    empty_action = (_("See the invoices"), "admin:billing_invoice_changelist")

    @admin.display(description=_("wallet"))
    def wallet(self, payment: InvoicePayment) -> str:
        """Whose invoice it is."""
        return str(payment.invoice.wallet)

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may enter payments, of one that stands."""
        rows = InvoicePayment.objects.filter(pk=object_id, undoes=None, undone_by=None)
        return dialogs.may(request, "add_invoicepayment", where=object_id is None or rows.exists())

    @action(description=_("Take it back"), icon="undo", permissions=["take_back"], dialog=TAKE_BACK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def take_back(self, request: HttpRequest, form: TakeBackForm, object_id: str) -> HttpResponse:
        """Show the invoice as it stands now."""
        payment = InvoicePayment.objects.select_related("invoice").get(pk=object_id)
        self.log_change(request, payment, f"Taken back: {form.cleaned_data['reason']}")
        return dialogs.shown(payment.invoice)
