"""Registers of payment providers beside our books: brought as files, their differences, what of them is booked."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from accounts.named import with_names
from billing import registers
from billing.admin import dialogs
from billing.admin.columns import money, written
from billing.admin.links import anchor
from billing.admin.printed import Printed
from billing.admin.uploads import MOST_SHOWN, FileForm, UploadAdmin
from billing.closing.sheets import REGISTERS
from billing.models import ProviderRegister, RegisterLine
from billing.payments.providers import PROVIDERS
from drivepower.core.admin import person
from drivepower.core.admin_exports import columns
from drivepower.core.exports import Columns
from drivepower.core.refusals import Refusal

LAYOUTS = registers.LAYOUTS
Difference = RegisterLine.Difference
DIFFER = ~Q(lines__difference="") & ~Q(lines__difference=Difference.REPEATED)
# So many payments that nobody names are shown on the page; more are counted.
MOST_UNNAMED = 50
HINT = _(
    "Our own columns: kind (payment, refund, chargeback, fee, fee_back, remittance, other), transaction, payment (what "
    "a refund or chargeback gives back), time, amount (a fee below 0 was given back), commission, currency. Times "
    "without an offset are on the clock of the house."
)


class RegisterForm(FileForm):
    """How a file is laid out, whose it is, in which currency."""

    layout = forms.ChoiceField(
        label=_("Layout"), choices=[(name, one.title) for name, one in LAYOUTS.items()], widget=UnfoldAdminSelectWidget
    )
    provider = forms.ChoiceField(
        label=_("Provider"), choices=[(name, name) for name in PROVIDERS], widget=UnfoldAdminSelectWidget
    )
    field_order = ["layout", "provider", "currency", "file"]

    def clean(self) -> dict[str, Any]:
        """A layout of one provider is no other's."""
        said: dict[str, Any] = super().clean() or {}
        layout = LAYOUTS.get(said.get("layout", ""))
        if layout and layout.provider not in ("", said.get("provider")):
            self.add_error("provider", _("Such files are written by another provider."))
        return said


class BookForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """A person's word; what the verb refuses stands beside it."""

    is_looked_at = forms.BooleanField(
        label=_("I have compared the sums with the provider's paper"), widget=UnfoldBooleanSwitchWidget
    )

    def clean(self) -> dict[str, Any]:
        """Book it, or say why not."""
        said: dict[str, Any] = super().clean()
        if not self.errors:
            register = ProviderRegister.objects.get(pk=self.object_id)
            try:
                registers.book(register=register, by=person(self.request), at=timezone.now())
            except Refusal as refusal:
                raise ValidationError({"is_looked_at": gettext(refusal.message)}) from refusal
        return said


BOOK = {
    "title": _("Book commissions and payments to our bank"),
    "description": _("One transfer for the commission on each kind of line, one for each payment to our bank."),
    "form_class": BookForm,
    "form_submit_text": _("Book"),
}


@admin.register(ProviderRegister)
class ProviderRegisterAdmin(Printed, UploadAdmin):
    """Files of providers; on the page of each: what differs, what it does not name, and how the clearing stands."""

    sheet = REGISTERS
    upload_form = RegisterForm
    upload_title = _("Import a provider's register")
    upload_hint = HINT
    preview_template = "billing/admin/register_look.html"
    sums = [
        money(name, label)
        for name, label in [
            ("payments", _("payments")),
            ("refunds", _("refunds and chargebacks")),
            ("commission", _("commission")),
            ("remitted", _("paid out to us")),
        ]
    ]
    list_display = ["imported_at", "provider", "file_name", "since", "until", *sums, "differing", "booked_at"]
    list_filter = ["provider", "currency", ("booked_at", admin.EmptyFieldListFilter)]
    search_fields = ["file_name", "sha256__exact", "lines__provider_transaction__exact"]
    actions = ["compare"]
    actions_list = ["bring"]
    actions_detail = ["book"]
    empty_hint = _("Import the file that a provider gives: payments, refunds, commissions, payments to our bank.")
    fields = readonly_fields = [
        "public_id",
        "provider",
        "file_name",
        "fingerprint",
        "since",
        "until",
        *sums,
        "lines_link",
        "unnamed",
        "clearing",
        "who_imported",
        "imported_at",
        "who_booked",
        "booked_at",
        "transfers",
    ]
    exported: ClassVar[Columns[ProviderRegister]] = columns(
        **{name: name for name in ("provider", "currency", "file_name", "since", "until", "payments", "refunds")},
        **{name: name for name in ("commission", "remitted", "imported_at", "booked_at", "sha256")},
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With how many lines differ, and the names of who did what."""
        counted = (
            super()
            .get_queryset(request)
            .annotate(
                differ=Count("lines", filter=DIFFER), open=Count("lines", filter=DIFFER & Q(lines__noted_at=None))
            )
        )
        return with_names(counted, imported_by_name="imported_by", booked_by_name="booked_by")

    @admin.display(description=_("differences"))
    def differing(self, register: Any) -> str:
        """How many lines differ, and how many of these nobody has said anything of."""
        return gettext("%(all)d, %(open)d open") % {"all": register.differ, "open": register.open}

    @admin.display(description=_("imported by"))
    def who_imported(self, register: Any) -> str:
        """By name."""
        return str(register.imported_by_name or register.imported_by)

    @admin.display(description=_("booked by"))
    def who_booked(self, register: Any) -> str:
        """By name."""
        return register.booked_by_name or register.booked_by or "–"

    @admin.display(description=_("lines"))
    def lines_link(self, register: Any) -> SafeString:
        """The ways to its lines, and to those that differ."""
        lines = f"{reverse('admin:billing_registerline_changelist')}?register__id__exact={register.pk}"
        ways = [(lines, gettext("all lines"))]
        ways += [(f"{lines}&differs=yes", f"{gettext('differences')}: {self.differing(register)}")]
        return format_html_join(" · ", "{}", ((anchor(address, text),) for address, text in ways))

    @admin.display(description=_("credited here, not named there"))
    def unnamed(self, register: Any) -> SafeString:
        """Payments of its time that no register names."""
        rows = list(registers.unnamed(register)[: MOST_UNNAMED + 1])
        page = "admin:billing_topup_change"
        told = [
            (anchor(reverse(page, args=[one.pk]), str(one)), one.wallet, written(one.paid_amount, register.currency))
            for one in rows[:MOST_UNNAMED]
        ]
        listed = format_html_join("", "<div>{} {}: {}</div>", told)
        return format_html("{}{}", listed, "…" if len(rows) > MOST_UNNAMED else "") if rows else SafeString("–")

    @admin.display(description=_("clearing account now"))
    def clearing(self, register: Any) -> SafeString:
        """What the provider should hold, what explains it, and the rest."""
        found = registers.clearing_of(provider=register.provider, currency=register.currency)
        parts = [
            (_("It should hold for us, by our books"), found.held),
            (_("paid there and not paid out to us, by its registers"), found.unpaid),
            (_("told by registers, not booked yet"), found.unbooked),
            (_("credited here, not told by any register yet"), found.unnamed),
            (_("given back here, not told by any register yet"), -found.returned),
            (_("moved there as something else, in no books of ours"), -found.other),
            (_("Difference that nothing explains"), found.rest),
        ]
        return format_html_join(
            "", "<div>{}: <strong>{}</strong></div>", ((name, written(sum_, register.currency)) for name, sum_ in parts)
        )

    @admin.display(description=_("transfers"))
    def transfers(self, register: Any) -> SafeString:
        """What it has made."""
        rows = [
            (
                anchor(
                    reverse("admin:billing_transfer_change", args=[one.transfer_id]), one.transfer.get_kind_display()
                ),
                written(one.transfer.amount, register.currency),
            )
            for one in register.booked.select_related("transfer").order_by("pk")[:MOST_UNNAMED]
        ]
        return format_html_join("", "<div>{}: {}</div>", rows) or SafeString("–")

    def look_at(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Sums, counts, and lines: those that differ first."""
        found = registers.look(
            content=said["content"],
            layout=LAYOUTS[said["layout"]],
            provider=said["provider"],
            currency=said["currency"],
        )
        labels: dict[str, Any] = {one.name: one.verbose_name for one in ProviderRegister._meta.concrete_fields}
        lines = sorted(found.lines, key=lambda line: (line.difference == "", line.number))
        return {
            "sums": [(labels[name], written(amount, said["currency"])) for name, amount in found.sums.items()],
            "counts": counts(found.lines),
            "wrong": found.reading.wrong[:MOST_SHOWN],
            "lines": [drawn(line, said["currency"]) for line in lines[:MOST_SHOWN]],
            "hidden": max(0, len(lines) - MOST_SHOWN),
            "can_store": not found.reading.wrong,
            "why_not": _("Nothing is stored while a line is wrong. Mend the file and choose it again."),
        }

    def take_in(self, said: Mapping[str, Any], request: HttpRequest) -> ProviderRegister:
        """Keep it."""
        told = {name: said[name] for name in ("content", "provider", "currency", "file_name")}
        layout = LAYOUTS[said["layout"]]
        return registers.store(**told, layout=layout, by=person(request), at=timezone.now())

    def has_change_right_permission(self, request: HttpRequest) -> bool:
        """Whoever may change registers."""
        return dialogs.may(request, "change_providerregister")

    def has_book_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """They, where it is not booked."""
        rows = ProviderRegister.objects.filter(pk=object_id, booked_at=None)
        return dialogs.may(request, "change_providerregister", where=object_id is None or rows.exists())

    @action(description=_("Book"), icon="check", permissions=["book"], dialog=BOOK)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def book(self, request: HttpRequest, form: BookForm, object_id: str) -> HttpResponse:
        """It has been booked by the form."""
        register = ProviderRegister.objects.get(pk=object_id)
        self.log_change(request, register, "Booked.")
        return dialogs.shown(register)

    @admin.action(description=_("Compare with our books again"), permissions=["change_right"])
    def compare(self, request: HttpRequest, queryset: "QuerySet[ProviderRegister]") -> None:
        """When something of ours was put right since."""
        changed = sum(registers.compare_again(one) for one in queryset.order_by("pk"))
        self.message_user(request, _("Lines that say another thing now: %(count)d.") % {"count": changed})


def counts(lines: list[RegisterLine]) -> list[tuple[Any, int]]:
    """How many lines of each kind, then how many of each difference."""
    kinds, differences = Counter(line.kind for line in lines), Counter(line.difference for line in lines)
    told: list[tuple[Any, int]] = [(kind.label, kinds[kind]) for kind in RegisterLine.Kind if kinds[kind]]
    return told + [(one.label, differences[one]) for one in Difference if differences[one]]


def drawn(line: RegisterLine, currency: str) -> RegisterLine:
    """With its amounts in words."""
    known = {"amount_said": line.amount, "commission_said": line.commission, "ours_said": line.ours}
    for name, amount in known.items():
        setattr(line, name, "" if amount is None else written(Decimal(amount), currency))
    return line
