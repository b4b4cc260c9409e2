"""Payouts: asked for on the page of a wallet, decided by a second person, entered when the bank has paid."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.named import NamingPeople, with_names
from billing import payouts
from billing.admin import dialogs
from billing.admin.columns import money
from billing.admin.deciding import Deciding
from billing.admin.exported import OF_PAYOUTS, OfDesk
from billing.models import Payout, Wallet
from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal

State = Payout.State


class PayoutForm(dialogs.ReasonedForm):
    """How much of a wallet goes where, and why: all that is free, unless told otherwise."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    destination = forms.CharField(
        label=_("To"),
        max_length=200,
        help_text=_("account, bank and name of who gets it"),
        widget=UnfoldAdminTextInputWidget,
    )
    field_order = ["amount", "destination", "reason"]
    asked: Payout

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wallet = Wallet.objects.filter(pk=self.object_id).first()
        if wallet and not wallet.system:
            self.fields["amount"].initial = plain(payouts.free_of(wallet), wallet.currency)

    def carry_out(self, said: dict[str, Any]) -> None:
        """Ask for it."""
        told = {name: said[name] for name in ("amount", "destination", "reason", "key")}
        asker = person(self.request)
        self.asked = payouts.ask_payout(wallet=self.wallet(), asked_by=asker, at=timezone.now(), **told)


class EndForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """One line about a payout; what the verb refuses stands beside it."""

    said = forms.CharField(widget=UnfoldAdminTextInputWidget)

    def clean(self) -> dict[str, Any]:
        """Carry it out, or say why not."""
        told: dict[str, Any] = super().clean()
        if not self.errors:
            try:
                self.carry_out(Payout.objects.get(pk=self.object_id), told["said"], person(self.request))
            except Refusal as refusal:
                raise ValidationError({"said": in_their_language(refusal.message)}) from refusal
        return told

    def carry_out(self, payout: Payout, said: str, by: str) -> None:
        """What the dialog is for."""
        raise NotImplementedError


class PaidForm(EndForm):
    """What the bank calls the payment."""

    said = forms.CharField(label=_("The bank's reference"), max_length=60, widget=UnfoldAdminTextInputWidget)

    def carry_out(self, payout: Payout, said: str, by: str) -> None:
        """Enter it."""
        payouts.mark_paid(payout=payout, bank_reference=said, paid_by=by, at=timezone.now())


class ReturnedForm(EndForm):
    """Why the bank sent it back."""

    said = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def carry_out(self, payout: Payout, said: str, by: str) -> None:
        """Bring it home."""
        payouts.mark_returned(payout=payout, reason=said, returned_by=by, at=timezone.now())


ASK = {
    "title": _("Pay money of this wallet out by bank"),
    "description": dialogs.WAITS,
    "form_class": PayoutForm,
    "form_submit_text": _("Ask for it"),
}
PAID = {"title": _("The bank has paid it"), "form_class": PaidForm, "form_submit_text": _("Save")}
RETURNED = {
    "title": _("The bank has sent it back"),
    "description": _("The money is the wallet's again, and pays its debts first."),
    "form_class": ReturnedForm,
    "form_submit_text": _("Save"),
}


@admin.register(Payout)
class PayoutAdmin(NamingPeople, OfDesk, Deciding):
    """What waits for a second person, what is to be paid, and what was."""

    is_big = False
    asked_as = "payout"
    exported = OF_PAYOUTS
    exported_with = ("wallet__user", "wallet__company", "transfer", "returning")
    amount = money("amount", _("amount"), currency="wallet.currency")
    list_display = ["asked_at", "wallet", amount, "destination", "state", "reason", "asked_by", "decided_by", "paid_at"]
    phone_columns = ["wallet", "amount_money", "reason", "state", "asked_by"]
    list_filter = ["state", "wallet__currency"]
    list_select_related = ["wallet__user", "wallet__company"]
    search_fields = [
        "wallet__user__email",
        "wallet__user__phone",
        "wallet__company__name",
        "destination",
        "bank_reference",
    ]
    actions = ["approve", "refuse"]
    actions_detail = ["mark_paid", "mark_returned"]
    empty_hint = _("A payout is asked for on the page of a wallet.")
    empty_action = (_("See the wallets"), "admin:billing_wallet_changelist")
    fields = readonly_fields = [
        "key",
        "wallet",
        amount,
        "destination",
        "reason",
        "state",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
        "transfer",
        "who_paid",
        "paid_at",
        "bank_reference",
        "who_returned",
        "returned_at",
        "returning",
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With the names of all who had to do with it."""
        company = getattr(request.user, "company_id", None)
        names = {"paid_by_name": "paid_by", "returned_by_name": "returned_by"}
        return with_names(super().get_queryset(request), company=company, **names)

    @admin.display(description=_("public ID"))
    def key(self, payout: Payout) -> str:
        """By which its transfers name it."""
        return str(payout.public_id)

    @admin.display(description=_("entered by"))
    def who_paid(self, payout: Any) -> str:
        """By name."""
        return payout.paid_by_name or payout.paid_by or "–"

    @admin.display(description=_("return entered by"))
    def who_returned(self, payout: Any) -> str:
        """By name."""
        return payout.returned_by_name or payout.returned_by or "–"

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change payouts; that it is somebody else's is seen to when it is decided."""
        return dialogs.may(request, "change_payout")

    def has_pay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """They, where the money has left the wallet and the bank's word is missing."""
        return self.may_in(request, object_id, State.APPROVED)

    def has_return_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """They, where the money has left the wallet."""
        return self.may_in(request, object_id, State.APPROVED, State.PAID)

    def may_in(self, request: HttpRequest, object_id: Any, *states: Payout.State) -> bool:
        """Whether this person may, and the payout stands there."""
        fits = object_id is None or Payout.objects.filter(pk=object_id, state__in=states).exists()
        return dialogs.may(request, "change_payout", where=fits)

    @action(description=_("Paid"), icon="check", permissions=["pay"], dialog=PAID)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def mark_paid(self, request: HttpRequest, form: PaidForm, object_id: str) -> HttpResponse:
        """It has been carried out by the form."""
        return self.ended(request, object_id, "Paid.")

    @action(description=_("Sent back by the bank"), icon="undo", permissions=["return"], dialog=RETURNED)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def mark_returned(self, request: HttpRequest, form: ReturnedForm, object_id: str) -> HttpResponse:
        """It has been carried out by the form."""
        return self.ended(request, object_id, "Sent back by the bank.")

    def ended(self, request: HttpRequest, object_id: str, noted: str) -> HttpResponse:
        """Note it, and show how it stands."""
        payout = Payout.objects.get(pk=object_id)
        self.log_change(request, payout, noted)
        return dialogs.shown(payout)

    @admin.action(description=_("Approve: take the money out of the wallet"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Payout]) -> None:
        """Take the money of the chosen ones."""
        self.decide(request, queryset, payouts.approve)

    @admin.action(description=_("Refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Payout]) -> None:
        """Let the chosen ones not happen."""
        self.decide(request, queryset, payouts.refuse)
