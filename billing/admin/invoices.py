"""Invoices with their lines, what is paid of them, and the dialogs that set payments and take them back."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.named import NamingPeople
from billing import invoices
from billing.admin import dialogs
from billing.admin.columns import RecordInline, money, written
from billing.admin.papers import PaperAdmin
from billing.admin.printed import Printed
from billing.closing.tables import OF_INVOICES, TABLES
from billing.invoices.lines import totals
from billing.invoices.making import today
from billing.invoices.paying import Suggestion, suggestions
from billing.invoices.settling import not_owed
from billing.invoices.states import State, are, state_of
from billing.models import Invoice, InvoicePayment, Transfer, Wallet
from billing.wording import bare, day, tax_name, zone_of
from drivepower.core.admin import person
from drivepower.core.money import plain

# A page shows so many lines; all of them are on the paper.
MOST_LINES = 200


class StateFilter(admin.SimpleListFilter):
    """How invoices stand today."""

    title = _("state")
    parameter_name = "state"
    names_nobody = True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All of them."""
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those that stand so."""
        wanted = self.value()
        return queryset.filter(are(wanted, today(timezone.now()))) if wanted in State.values else queryset


class PayForm(dialogs.MoneyForm):
    """Which money pays it, and how much of that."""

    transfer = forms.ChoiceField(label=_("Bank transfer"), widget=UnfoldAdminSelectWidget)
    field_order = ("transfer", "amount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invoice = Invoice.objects.filter(pk=self.object_id).first()
        found = suggestions(invoice) if invoice else []
        self.fields["transfer"].choices = [(one.transfer.pk, called(one)) for one in found]
        if invoice and found:
            most = min(found[0].left, invoice.gross - invoice.paid)
            self.fields["amount"].initial = plain(most, invoice.currency)
        elif invoice:
            self.fields["transfer"].help_text = _("Nothing is left of what came by bank into this wallet.")

    def carry_out(self, said: dict[str, Any]) -> None:
        """Set it against the invoice."""
        invoice = Invoice.objects.get(pk=self.object_id)
        transfer = Transfer.objects.get(pk=said["transfer"])
        invoices.pay_invoice(
            invoice=invoice, transfer=transfer, amount=said["amount"], by=person(self.request), at=timezone.now()
        )


def called(one: Suggestion) -> str:
    """A transfer as somebody recognises it: what is left, when it came, how the bank calls it, how well it fits."""
    currency = one.transfer.target.currency
    name = one.transfer.reference.removeprefix("bank:")
    told = f"{written(one.left, currency)} · {today(one.transfer.made_at):%Y-%m-%d} · {name}"
    if one.names_it:
        return f"{told} · {gettext('names this invoice')}"
    return f"{told} · {gettext('is as much')}" if one.is_as_much else told


PAY = {
    "title": _("Set a bank transfer against it"),
    "description": _("A wrong one is taken back on the page of the payment."),
    "form_class": PayForm,
    "form_submit_text": _("Set against it"),
}


SETTLE = {
    "title": _("Settle by the wallet"),
    "description": _("What the wallet does not owe any more is paid: its oldest invoices first, bank transfers first."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Settle"),
}


class PaymentInline(NamingPeople, RecordInline):
    """What paid it."""

    model = InvoicePayment
    fields = readonly_fields = [
        "made_at",
        money("amount", _("amount"), currency="invoice.currency"),
        "transfer",
        "reason",
        "made_by",
    ]


@admin.register(Invoice)
class InvoiceAdmin(Printed, PaperAdmin):
    """What companies that pay later are asked to pay."""

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["billing/books.css"]}

    is_big = False
    exported = OF_INVOICES
    sheet = TABLES["invoices"]
    net, tax, gross, paid = (
        money(name, label)
        for name, label in [("net", _("net")), ("tax", _("tax")), ("gross", _("total")), ("paid", _("paid"))]
    )
    list_display = ["numbered", "month", "wallet", gross, paid, "due_on", "state", "papers"]
    list_filter = [StateFilter, "month", "currency"]
    list_select_related = ["wallet__company", "wallet__user"]
    phone_columns = ["wallet", "gross_money", "state"]
    search_fields = ["number__exact", "wallet__company__name"]
    empty_hint = _("Invoices of companies with a credit limit are made with the statements of a month.")
    empty_action = (_("See the statements"), "admin:billing_statement_changelist")
    fields = readonly_fields = [
        "numbered",
        "state",
        "papers",
        "wallet",
        "statement",
        "month",
        "due_on",
        "currency",
        net,
        tax,
        gross,
        paid,
        "by_tax",
        "listed",
        "made_at",
    ]
    inlines = [PaymentInline]
    actions_detail = ["set_payment", "settle"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Invoice]":
        """Without the lines, which are long: the page of one asks for them."""
        rows: QuerySet[Invoice] = super().get_queryset(request)
        return rows.defer("lines")

    def printed(self, record: Invoice, language: str) -> tuple[str, bytes]:
        """The invoice on paper."""
        # Whoever never prints (gateways, workers) does not carry the printer.
        from billing.invoices import pdf

        return pdf.file_name(record, language), pdf.pdf_of(record)

    @admin.display(description=_("number"), ordering="number")
    def numbered(self, invoice: Invoice) -> str:
        """As it is printed."""
        return invoice.full_number

    @admin.display(description=_("state"))
    def state(self, invoice: Invoice) -> str:
        """How it stands today."""
        return str(state_of(invoice, today(timezone.now())).label)

    @admin.display(description=_("by tax"))
    def by_tax(self, invoice: Invoice) -> SafeString:
        """What is under each tax."""
        return render_to_string("billing/admin/taxes.html", {"rows": list(taxes_of(invoice))})

    @admin.display(description=_("lines"))
    def listed(self, invoice: Invoice) -> SafeString:
        """The first of its receipts."""
        shown = [{**line, **worded(line, invoice.currency)} for line in invoice.lines[:MOST_LINES]]
        context = {"lines": shown, "more": max(len(invoice.lines) - MOST_LINES, 0)}
        return render_to_string("billing/admin/lines.html", context)

    def has_set_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may enter payments, where something is to be paid."""
        now = today(timezone.now())
        to_pay = are(State.OPEN, now) | are(State.PART_PAID, now) | are(State.OVERDUE, now)
        is_open = object_id is None or Invoice.objects.filter(to_pay, pk=object_id).exists()
        return dialogs.may(request, "add_invoicepayment", where=is_open)

    @action(description=_("Set a payment"), icon="payments", permissions=["set"], dialog=PAY)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def set_payment(self, request: HttpRequest, form: PayForm, object_id: str) -> HttpResponse:
        """Show the invoice as it stands now."""
        invoice = Invoice.objects.get(pk=object_id)
        self.log_change(request, invoice, f"Paid {form.cleaned_data['amount']}.")
        return dialogs.shown(invoice)

    def has_settle_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may enter payments, where the wallet owes less than is to be paid of its invoices."""
        if object_id is None or not self.has_set_permission(request, object_id):
            return object_id is None and dialogs.may(request, "add_invoicepayment")
        return not_owed(Wallet.objects.get(invoices=object_id)) > 0

    @action(description=_("Settle by the wallet"), icon="account_balance_wallet", permissions=["settle"], dialog=SETTLE)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def settle(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Settle all of its wallet that is not owed; each invoice's page says what paid it."""
        invoice = Invoice.objects.select_related("wallet").get(pk=object_id)
        for one in invoices.settle_invoices(wallet=invoice.wallet, by=person(request), at=timezone.now()):
            self.log_change(request, one.invoice, f"Settled {plain(one.amount, invoice.currency)}.")
        return dialogs.shown(invoice)


def taxes_of(invoice: Invoice) -> Iterator[dict[str, str]]:
    """The taxes in words."""
    for one in totals(invoice.lines):
        amounts = {name: bare(getattr(one, name), invoice.currency) for name in ("net", "tax", "gross")}
        yield {"name": tax_name(one.name), "percent": f"{one.percent.normalize():f}", **amounts}


def worded(line: dict[str, Any], currency: str) -> dict[str, str]:
    """The amounts and the energy of a line in words."""
    amounts = {name: bare(Decimal(line[name]), currency) for name in ("net", "tax", "gross")}
    made_at = datetime.fromisoformat(line["made_at"])
    return {**amounts, "day": day(made_at, zone_of("")), "energy": f"{line['energy_wh'] / 1000:.3f}"}
