"""Lines of providers' registers: what differs, and what was done about it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.named import with_names
from billing import registers
from billing.admin import dialogs
from billing.admin.columns import money
from billing.admin.deciding import asked
from billing.admin.links import anchor
from billing.admin.printed import Printed
from billing.closing.sheets import REGISTER_LINES
from billing.models import RegisterEntry, RegisterLine
from drivepower.core.admin import STATES, RecordAdmin, person, state_label
from drivepower.core.admin_exports import columns
from drivepower.core.errors import in_their_language
from drivepower.core.exports import Columns
from drivepower.core.refusals import Refusal

Difference = RegisterLine.Difference


class Differs(admin.SimpleListFilter):
    """Whether a line differs, and whether somebody has said what was done."""

    title = _("difference")
    parameter_name = "differs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """All that differ, those of which nobody has said anything, those that agree."""
        return [("yes", _("differs")), ("open", _("differs, without a note")), ("no", _("agrees"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those rows."""
        differ = queryset.exclude(difference="")
        known = {"yes": differ, "open": differ.filter(noted_at=None), "no": queryset.filter(difference="")}
        return known.get(self.value() or "", queryset)


class NoteForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """What was done about a difference."""

    text = forms.CharField(label=_("What was done about it"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def clean(self) -> dict[str, Any]:
        """Write it, or say why not."""
        said: dict[str, Any] = super().clean()
        if not self.errors:
            lines = list(RegisterLine.objects.filter(pk=self.object_id))
            try:
                registers.note(lines=lines, text=said["text"], by=person(self.request), at=timezone.now())
            except Refusal as refusal:
                raise ValidationError({"text": gettext(refusal.message)}) from refusal
        return said


class BookForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Which account of the house has it, and why; what the verb refuses stands beside it."""

    account = forms.ChoiceField(
        label=_("Account"), choices=RegisterEntry.Account.choices, widget=UnfoldAdminSelectWidget
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)
    asked: RegisterEntry

    def clean(self) -> dict[str, Any]:
        """Ask for it, or say why not."""
        said: dict[str, Any] = super().clean()
        if not self.errors:
            line, told = RegisterLine.objects.get(pk=self.object_id), {"account": said["account"]}
            told |= {"reason": said["reason"], "asked_by": person(self.request)}
            try:
                self.asked = registers.ask_entry(line=line, at=timezone.now(), **told)
            except Refusal as refusal:
                raise ValidationError({"reason": in_their_language(refusal.message)}) from refusal
        return said


BOOK = {
    "title": _("Book this line"),
    "description": _(
        "The amount moves between the provider's clearing account and this one: a fee is booked to the commissions, "
        "money between the provider and our bank account to the bank, anything else to the adjustments."
    ),
    "form_class": BookForm,
    "form_submit_text": _("Book"),
}
NOTE = {"title": _("What was done about it"), "form_class": NoteForm, "form_submit_text": _("Save")}


@admin.register(RegisterLine)
class RegisterLineAdmin(Printed, RecordAdmin):
    """All lines of all registers."""

    sheet = REGISTER_LINES
    amount, commission, ours = (
        money(name, label, currency="currency")
        for name, label in [("amount", _("amount")), ("commission", _("commission")), ("ours", _("our amount"))]
    )
    list_display = [
        "provider_transaction",
        "number",
        "what",
        "at",
        amount,
        commission,
        "differing",
        ours,
        "top_up",
        "note",
        "who_noted",
    ]
    list_filter = [Differs, "difference", "kind"]
    list_select_related = ["register", "top_up"]
    search_fields = ["provider_transaction__exact", "top_up__public_id__exact"]
    more_columns = ["register", "provider", "noted_at"]
    narrowed_by = ["register__id"]
    actions_detail = ["book_line", "note_done"]
    empty_hint = _("Lines come with the registers of providers.")
    empty_action = (_("See the registers"), "admin:billing_providerregister_changelist")
    fields = readonly_fields = [
        "register",
        "number",
        "what",
        "provider_transaction",
        "at",
        amount,
        commission,
        "top_up",
        "difference",
        ours,
        "note",
        "who_noted",
        "noted_at",
        "entry",
    ]
    exported: ClassVar[Columns[RegisterLine]] = columns(
        register="register.file_name",
        **{name: name for name in ("number", "provider", "kind", "provider_transaction", "at", "amount", "commission")},
        currency="currency",
        **{name: name for name in ("called", "difference", "ours")},
        top_up="top_up.public_id",
        **{name: name for name in ("note", "noted_by", "noted_at")},
    )
    exported_with = ("register", "top_up")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With the name of who has said something."""
        return with_names(super().get_queryset(request), noted_by_name="noted_by")

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, line: RegisterLine) -> str:
        """Of something else with the provider's word for it."""
        return f"{line.get_kind_display()}: {line.called}" if line.called else str(line.get_kind_display())

    @admin.display(description=_("noted by"))
    def who_noted(self, line: Any) -> str:
        """By name."""
        return line.noted_by_name or line.noted_by or "–"

    @admin.display(description=_("booked"))
    def entry(self, line: RegisterLine) -> str | SafeString:
        """By whom and where to, on a page of its own."""
        newest = line.entries.order_by("-pk").first()
        if newest is None:
            return "–"
        address = reverse("admin:billing_registerentry_change", args=[newest.pk])
        told = f"{newest.get_account_display()}: {newest.get_state_display()}"
        return anchor(address, f"{gettext('takes back')} · {told}" if newest.undoes_id else told)

    @display(description=_("difference"), ordering="difference", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def differing(self, line: RegisterLine) -> tuple[str, str]:
        """In words and colour."""
        return state_label("warning" if line.difference else "ok", line.get_difference_display() or gettext("agrees"))

    def has_book_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add entries, where a line is something else that nobody has booked."""
        lines = RegisterLine.objects.filter(pk=object_id)
        fits = object_id is None or any(registers.is_open(line) for line in lines)
        return dialogs.may(request, "add_registerentry", where=fits)

    @action(description=_("Book"), icon="check", permissions=["book"], dialog=BOOK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def book_line(self, request: HttpRequest, form: BookForm, object_id: str) -> HttpResponse:
        """It has been asked for by the form."""
        return asked(self, request, form)

    def has_note_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change lines, where one differs."""
        differs = RegisterLine.objects.filter(pk=object_id).exclude(difference="")
        return dialogs.may(request, "change_registerline", where=object_id is None or differs.exists())

    @action(description=_("Note what was done"), icon="edit_note", permissions=["note"], dialog=NOTE)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def note_done(self, request: HttpRequest, form: NoteForm, object_id: str) -> HttpResponse:
        """It has been written by the form."""
        line = RegisterLine.objects.get(pk=object_id)
        self.log_change(request, line, "Noted what was done.")
        return dialogs.shown(line)
