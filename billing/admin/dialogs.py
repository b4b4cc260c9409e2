"""Dialogs that move money by hand: adjust, refund, forgive, record a bank transfer, set a credit limit."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from billing import adjustments, ledger, second_person
from billing.models import Adjustment, Debt, Transfer, Wallet
from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal

WAITS = _("A second person decides about it.")


class MoneyForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """An amount; what the verb refuses stands beside it, because the dialog shows no other errors."""

    amount = forms.DecimalField(
        label=_("Amount"), max_digits=16, decimal_places=3, widget=UnfoldAdminDecimalFieldWidget
    )

    def clean(self) -> dict[str, Any]:
        """Carry it out, or say why not."""
        said: dict[str, Any] = super().clean()
        if not self.errors:
            try:
                self.carry_out(said)
            except Refusal as refusal:
                raise ValidationError({"amount": in_their_language(refusal.message)}) from refusal
        return said

    def carry_out(self, said: dict[str, Any]) -> None:
        """What the dialog is for."""
        raise NotImplementedError

    def wallet(self) -> Wallet:
        """The wallet on whose page it was opened."""
        return Wallet.objects.get(pk=self.object_id)


class ReasonedForm(MoneyForm):
    """An amount and why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class KeyedForm(MoneyForm):
    """What is asked for once, however often the dialog that was opened is sent."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    asked: Adjustment

    def told(self, said: dict[str, Any]) -> dict[str, Any]:
        """What every verb is told; `reason` where the dialog asks for one."""
        told = {"asked_by": person(self.request), "at": timezone.now(), "key": said["key"]}
        return told | {name: said[name] for name in ("reason",) if name in said}


class AskForm(KeyedForm, ReasonedForm):
    """Something that is asked for with a reason."""


class AdjustForm(AskForm):
    """What is given to a wallet, or taken from it."""

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it."""
        self.asked = adjustments.ask_adjustment(wallet=self.wallet(), amount=said["amount"], **self.told(said))


class RefundForm(AskForm):
    """What is given back of a charge: all that is left, unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        charge = Transfer.objects.select_related("source").filter(pk=self.object_id).first()
        if charge and charge.source.system == "":
            left = ledger.left_to_refund(transfer=charge)
            self.fields["amount"].initial = plain(left, charge.source.currency)
        if not second_person.may_give(self.request.user):
            self.fields["amount"].help_text = WAITS

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it."""
        charge = Transfer.objects.get(pk=self.object_id)
        may_alone = second_person.may_give(self.request.user)
        self.asked = adjustments.ask_refund(
            transfer=charge, amount=said["amount"], may_alone=may_alone, **self.told(said)
        )


class ForgiveForm(AskForm):
    """How much of a debt is asked for no more: all that is left, unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        debt = Debt.objects.select_related("wallet").filter(pk=self.object_id).first()
        if debt:
            self.fields["amount"].initial = plain(debt.amount - debt.paid, debt.wallet.currency)

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it."""
        debt = Debt.objects.select_related("wallet").get(pk=self.object_id)
        self.asked = adjustments.ask_to_forgive(debt=debt, amount=said["amount"], **self.told(said))


class BankForm(KeyedForm):
    """Money that came by bank; the bank's reference makes it count once."""

    reference = forms.CharField(label=_("The bank's reference"), max_length=60, widget=UnfoldAdminTextInputWidget)

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it."""
        self.asked = adjustments.ask_bank_transfer(
            wallet=self.wallet(), amount=said["amount"], bank_reference=said["reference"], **self.told(said)
        )


class LimitForm(AskForm):
    """How far below 0 a company's wallet may go."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wallet = Wallet.objects.filter(pk=self.object_id).first()
        if wallet:
            self.fields["amount"].initial = plain(wallet.credit_limit, wallet.currency)

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it."""
        self.asked = adjustments.ask_credit_limit(wallet=self.wallet(), limit=said["amount"], **self.told(said))


ADJUST = {
    "title": _("Put the balance right"),
    "description": _("Above 0 is given to the wallet, below 0 is taken from it."),
    "form_class": AdjustForm,
    "form_submit_text": _("Ask for it"),
}
REFUND = {
    "title": _("Give back a part or all of it"),
    "form_class": RefundForm,
    "form_submit_text": _("Ask for it"),
}
FORGIVE = {
    "title": _("Ask for a part or all of it no more"),
    "form_class": ForgiveForm,
    "form_submit_text": _("Ask for it"),
}
BANK = {"title": _("Record a bank transfer"), "form_class": BankForm, "form_submit_text": _("Ask for it")}
LIMIT = {"title": _("Set the credit limit"), "form_class": LimitForm, "form_submit_text": _("Ask for it")}


def shown(row: Any) -> HttpResponse:
    """Go to the page of that row."""
    page = reverse(f"admin:billing_{row._meta.model_name}_change", args=[row.pk])
    return HttpResponse(headers={"HX-Redirect": page})


def may(request: HttpRequest, permission: str, *, where: bool = True) -> bool:
    """Whether this person may do it, and it can be done there at all."""
    return where and request.user.has_perm(f"billing.{permission}")
