"""Money of a charge is given back, and its receipt is sent once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from billing import adjustments, ledger, second_person
from billing.models import Adjustment, Receipt, Transfer
from drivepower.core.money import plain
from drivepower.portal import wording
from drivepower.portal.driver.acts.base import ActForm
from drivepower.portal.driver.page import Page
from drivepower.portal.driver.resending import resend

PAID = (Transfer.Kind.CAPTURE, Transfer.Kind.REPAYMENT)


class RefundForm(ActForm):
    """How much of a charge is given back, and why: all that is left, unless told otherwise."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), max_digits=16, decimal_places=3, widget=UnfoldAdminDecimalFieldWidget
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def __init__(self, data: Any, *, page: Page, row: str) -> None:
        super().__init__(data, page=page, row=row)
        rows = Transfer.objects.filter(kind__in=PAID, source__user=page.driver).select_related("source")
        self.charge: Transfer = self.row_of(rows)
        self.left = ledger.left_to_refund(transfer=self.charge)
        self.fields["amount"].initial = plain(self.left, self.charge.source.currency)
        left = wording.money(self.left, self.charge.source.currency)
        self.hint = _("%(left)s of this charge can be given back; it goes to the wallet.") % {"left": left}
        self.may_alone = second_person.may_give(page.reader)
        if not self.may_alone:
            self.hint += f" {_('A second person decides about it.')}"

    def carry_out(self) -> str:
        """Ask for it; small amounts are booked at once."""
        said, page = self.cleaned_data, self.page
        asked = adjustments.ask_refund(
            transfer=self.charge,
            amount=said["amount"],
            reason=said["reason"],
            asked_by=page.by,
            at=page.at,
            key=said["key"],
            may_alone=self.may_alone,
        )
        amount = {"amount": wording.money(asked.amount, self.charge.source.currency)}
        if asked.state == Adjustment.State.BOOKED:
            return _("%(amount)s was given back to the wallet.") % amount
        return _("%(amount)s: a second person decides about it.") % amount


class ResendForm(ActForm):
    """The receipt is told again by push, e-mail, as the driver wants receipts."""

    hint = gettext_lazy("It goes to the addresses that the driver has proved, by the channels they chose for receipts.")

    def carry_out(self) -> str:
        """Put it on its way."""
        page = self.page
        rows = page.rows(Receipt.objects.filter(wallet__user=page.driver), "billing.view_receipt")
        receipt = self.row_of(rows)
        resend(receipt=receipt, driver=page.driver, key=self.cleaned_data["key"], at=page.at)
        return _("Receipt %(number)s is on its way again.") % {"number": receipt.full_number}
