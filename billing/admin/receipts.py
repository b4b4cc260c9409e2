"""Receipts with their lines, why they cost that, what they correct, and what corrects them."""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing import wording
from billing.admin.columns import RecordInline, currencies, money, written
from billing.admin.fiscal import shown_on
from billing.admin.papers import PaperAdmin
from billing.admin.printed import Printed
from billing.closing.tables import TABLES
from billing.models import Receipt, ReceiptLine
from billing.operator.receipts import COLUMNS
from billing.receipts.why import lines_of, why
from drivepower.core.filters import of_known


@admin.display(description=_("quantity"))
def quantity(line: ReceiptLine) -> str:
    """As a receipt prints it: kWh, minutes and seconds, or pieces."""
    return wording.quantity(line.quantity, line.unit)


class ReceiptLineInline(RecordInline):
    """One price times one quantity."""

    model = ReceiptLine
    show_change_link = False
    fields = readonly_fields = [
        "dimension",
        "rule_name",
        "starts_at",
        "ends_at",
        quantity,
        "unit_price",
        "tax_percent",
        money("net", _("net"), currency="receipt.currency"),
        money("tax", _("tax"), currency="receipt.currency"),
        money("gross", _("total"), currency="receipt.currency"),
    ]


def years() -> Iterator[int]:
    """The years that receipts are numbered by, the newest first; from the oldest receipt on."""
    last = (timezone.now() + timedelta(hours=14)).year  # somewhere the year is a new one already
    oldest = Receipt.objects.order_by("made_at").values_list("year", flat=True).first()
    yield from range(last, (oldest or last) - 1, -1)


@admin.register(Receipt)
class ReceiptAdmin(Printed, PaperAdmin):
    """What people were charged."""

    exported = COLUMNS
    sheet = TABLES["receipts"]
    exported_with = ("wallet__user", "wallet__company")

    net, tax, gross, subject_gross = (
        money(name, label)
        for name, label in [
            ("net", _("net")),
            ("tax", _("tax")),
            ("gross", _("total")),
            ("subject_gross", _("costs in all")),
        ]
    )
    list_display = ["full_number", "made_at", "wallet", gross, tax, "kind", "subject"]
    list_filter = ["kind", ("currency", of_known(currencies)), ("year", of_known(years))]
    list_select_related = ["wallet__user", "wallet__company"]
    search_fields = ["subject__exact", "number__exact", "wallet__user__email", "wallet__user__phone"]
    more_columns = ["about", "year", "public_id"]
    empty_hint = _("A receipt is written as soon as a session is settled.")
    fields = readonly_fields = [
        "full_number",
        "papers",
        "public_id",
        "kind",
        "chain",
        "fiscal",
        "reason",
        "wallet",
        "subject",
        "about",
        "reasons",
        net,
        "tax_name",
        "tax_percent",
        tax,
        gross,
        subject_gross,
        "time_zone",
        "made_at",
    ]
    inlines = [ReceiptLineInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Receipt]:
        """With what a receipt prints beside its own columns."""
        receipts: QuerySet[Receipt] = super().get_queryset(request)
        return receipts.select_related("corrects", "wallet__user", "wallet__company", "fiscal_document")

    def printed(self, record: Receipt, language: str) -> tuple[str, bytes]:
        """The receipt on paper."""
        # Whoever never prints (gateways, workers) does not carry the printer.
        from billing.receipts import pdf

        return pdf.file_name(record, language), pdf.pdf_of(record)

    @admin.display(description=_("at the cash register"))
    def fiscal(self, receipt: Receipt) -> SafeString:
        """How its registration stands, and what the register has made of it."""
        return shown_on(receipt)

    @admin.display(description=_("why it cost this"))
    def reasons(self, receipt: Receipt) -> SafeString:
        """Its sentences, in the reader's language."""
        sentences = why(receipt, lines_of(receipt))
        return format_html_join("", "<div>{}</div>", ((sentence,) for sentence in sentences))

    @admin.display(description=_("all receipts of it"))
    def chain(self, receipt: Receipt) -> SafeString:
        """All receipts of its subject, each corrected by the next, with what the subject came to."""
        same = Receipt.objects.filter(subject=receipt.subject).order_by("id")
        rows = [
            (
                reverse("admin:billing_receipt_change", args=[one.pk]),
                one.full_number,
                one.get_kind_display(),
                written(one.gross, one.currency),
                written(one.subject_gross, one.currency),
            )
            for one in same
        ]
        return format_html_join("", '<div><a href="{}">{}</a> {}: {} → {}</div>', rows)
