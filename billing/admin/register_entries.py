"""Lines of providers' registers that somebody books by hand, and what a second person said of them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.named import NamingPeople
from billing import registers
from billing.admin import dialogs
from billing.admin.columns import money
from billing.admin.deciding import Deciding, asked
from billing.admin.links import anchor
from billing.admin.printed import Printed
from billing.closing.sheets import REGISTER_ENTRIES
from billing.models import RegisterEntry
from drivepower.core.admin import person
from drivepower.core.admin_exports import columns
from drivepower.core.errors import in_their_language
from drivepower.core.exports import Columns
from drivepower.core.refusals import Refusal


class TakeBackForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Why an entry was wrong."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)
    asked: RegisterEntry

    def clean(self) -> dict[str, Any]:
        """Ask for it, or say why not."""
        said: dict[str, Any] = super().clean()
        if not self.errors:
            entry, by = RegisterEntry.objects.get(pk=self.object_id), person(self.request)
            try:
                self.asked = registers.ask_back(entry=entry, reason=said["reason"], asked_by=by, at=timezone.now())
            except Refusal as refusal:
                raise forms.ValidationError({"reason": in_their_language(refusal.message)}) from refusal
        return said


TAKE_BACK = {
    "title": _("Take this entry back"),
    "description": _("Another entry moves as much the other way; the line may be booked anew then."),
    "form_class": TakeBackForm,
    "form_submit_text": _("Take it back"),
}


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
    actions_detail = ["take_back"]
    empty_hint = _("A line of a provider's register that is something else is booked on its page.")
    empty_action = (_("See the registers"), "admin:billing_providerregister_changelist")
    fields = readonly_fields = [
        "public_id",
        "line",
        amount,
        "account",
        "undoes",
        "taken_back",
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
        amount="amount",
        booked="booked",
        currency="line.currency",
        **{name: name for name in ("account", "reason", "state", "asked_by", "decided_by", "decided_at")},
        transfer="transfer.public_id",
        undoes="undoes.public_id",
    )
    exported_with = ("line__register", "transfer", "undoes")

    @admin.display(description=_("taken back by"))
    def taken_back(self, entry: RegisterEntry) -> str | SafeString:
        """The newest entry that takes it back, or would."""
        newest = entry.undoings.order_by("-pk").first()
        if newest is None:
            return "–"
        address = reverse("admin:billing_registerentry_change", args=[newest.pk])
        return anchor(address, f"{newest}: {newest.get_state_display()}")

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add entries, of one that stands."""
        fits = object_id is None or any(map(registers.may_go_back, RegisterEntry.objects.filter(pk=object_id)))
        return dialogs.may(request, "add_registerentry", where=fits)

    @action(description=_("Take it back"), icon="undo", permissions=["take_back"], dialog=TAKE_BACK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def take_back(self, request: HttpRequest, form: TakeBackForm, object_id: str) -> HttpResponse:
        """It has been asked for by the form."""
        return asked(self, request, form)

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
