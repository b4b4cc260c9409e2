"""Receipts on their way to the cash register: what waits, what failed and why, and another try."""

import segno
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from billing import fiscal
from billing.admin import dialogs
from billing.admin.columns import money
from billing.admin.exported import OF_FISCAL_DOCUMENTS
from billing.admin.links import anchor
from billing.fiscal import reasons
from billing.fiscal.told import corrected, document_of
from billing.models import FiscalDocument, Receipt, SandboxFiscalEntry
from drivepower.core.admin import STATES, RecordAdmin, state_label
from drivepower.core.admin_exports import Exported
from drivepower.core.refusals import Refusal

State = FiscalDocument.State


def picture(text: str) -> SafeString:
    """A QR code as shapes, dark on white whatever the page's colours."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=3, border=2, dark="#000", light="#fff"))  # noqa: S308  # shapes alone


def shown_on(receipt: Receipt) -> SafeString:
    """On the page of a receipt: a dash where no register is told of it."""
    document = document_of(receipt)
    if document is None:
        return SafeString("–")
    facts = document.fiscal_number, document.fiscal_sign, document.device
    said = document.get_state_display(), *facts, reasons.in_words(document.error)
    lines = format_html_join("", "<div>{}</div>", ((fact,) for fact in said if fact))
    return format_html("{}{}", lines, picture(document.qr) if document.qr else "")


@admin.register(FiscalDocument)
class FiscalDocumentAdmin(Exported, RecordAdmin):
    """The queue of the cash register; a failed one is tried again by a person."""

    exported = OF_FISCAL_DOCUMENTS
    exported_with = ("receipt",)
    total = money("receipt.gross", _("total"), currency="receipt.currency")
    list_display = ["made_at", "of_receipt", total, "standing", "attempts", "next_at", "why", "fiscal_number"]
    phone_columns = ["of_receipt", "receipt.gross_money", "standing", "why"]
    list_filter = ["state"]
    list_select_related = ["receipt"]
    search_fields = ["receipt__number__exact", "receipt__subject__exact", "fiscal_number", "fiscal_sign"]
    more_columns = ["adapter", "device", "done_at", "public_id"]
    actions = ["retry"]
    empty_hint = _("Receipts are queued here as soon as FISCAL_ADAPTER names a cash register.")
    fields = readonly_fields = [
        "public_id",
        "of_receipt",
        total,
        "adapter",
        "state",
        "waits_for",
        "attempts",
        "next_at",
        "why",
        "fiscal_number",
        "fiscal_sign",
        "device",
        "code",
        "made_at",
        "done_at",
    ]

    @admin.display(description=_("receipt"))
    def of_receipt(self, document: FiscalDocument) -> SafeString:
        """A link to it."""
        return anchor(reverse("admin:billing_receipt_change", args=[document.receipt_id]), document.receipt.full_number)

    @display(description=_("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def standing(self, document: FiscalDocument) -> tuple[str, str]:
        """In words and colour."""
        return state_label(document.state, document.get_state_display())

    @admin.display(description=_("waits for"))
    def waits_for(self, document: FiscalDocument) -> str:
        """A correction waits until what it corrects is registered."""
        before = corrected(document.receipt)
        if before is None or before.state == State.DONE or document.state != State.WAITING:
            return "–"
        return gettext("receipt %(number)s, which it corrects") % {"number": before.receipt.full_number}

    @admin.display(description=_("error"), ordering="error")
    def why(self, document: FiscalDocument) -> str | None:
        """What the register has against it, if anything."""
        return reasons.in_words(document.error) or None

    @admin.display(description=_("QR code"))
    def code(self, document: FiscalDocument) -> SafeString:
        """The code and what it says."""
        return format_html("{}<div>{}</div>", picture(document.qr), document.qr) if document.qr else SafeString("–")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change fiscal documents."""
        return dialogs.may(request, "change_fiscaldocument")

    @admin.action(description=_("Try the failed ones again"), permissions=["decide"])
    def retry(self, request: HttpRequest, queryset: "QuerySet[FiscalDocument]") -> None:
        """Queue each of the chosen ones again; those that have not failed stay as they are."""
        done = 0
        for document in queryset.order_by("pk"):
            try:
                fiscal.retry(document=document, at=timezone.now())
            except Refusal:
                continue
            done += 1
            self.log_change(request, document, "Tried again.")
        self.message_user(
            request, _("%(count)d tried again.") % {"count": done}, messages.SUCCESS if done else messages.WARNING
        )


@admin.register(SandboxFiscalEntry)
class SandboxFiscalEntryAdmin(RecordAdmin):
    """The books of the cash register that we play ourselves."""

    amount = money("amount", _("amount"))
    list_display = ["number", "receipt", "kind", amount, "sign", "made_at"]
    list_filter = ["kind"]
    search_fields = ["number__exact", "receipt__exact", "sign__exact"]
    fields = readonly_fields = ["number", "document", "receipt", "kind", amount, "sign", "made_at"]
    empty_hint = _("Receipts come here where FISCAL_ADAPTER is sandbox.")
