"""Monthly statements of companies."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import money
from billing.admin.exported import OF_STATEMENTS
from billing.admin.papers import PaperAdmin
from billing.admin.printed import Printed
from billing.closing.sheets import STATEMENTS
from billing.models import Statement


@admin.register(Statement)
class StatementAdmin(Printed, PaperAdmin):
    """What companies have to pay."""

    empty_hint = _("A row comes with each statement of account that is made.")
    exported = OF_STATEMENTS
    exported_with = ("wallet__company",)
    sheet = STATEMENTS
    figures = [
        money(name, label, currency="wallet.currency")
        for name, label in [
            ("opening", _("opening balance")),
            ("charged", _("charged")),
            ("refunded", _("refunded")),
            ("paid", _("paid")),
            ("other", _("other movements")),
            ("closing", _("closing balance")),
            ("owed", _("owed beyond the credit")),
            ("tax", _("tax in what was charged")),
        ]
    ]
    list_display = ["month", "wallet", *figures[:6], "papers"]
    list_filter = ["month", "wallet__currency"]
    list_select_related = ["wallet__company", "wallet__user"]
    search_fields = ["wallet__company__name"]
    fields = readonly_fields = ["month", "papers", "public_id", "wallet", *figures, "receipts", "made_at"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Statement]":
        """Without the lines, which are long: the page of one asks for them."""
        rows: QuerySet[Statement] = super().get_queryset(request)
        return rows.defer("lines")

    def printed(self, record: Statement, language: str) -> tuple[str, bytes]:
        """The statement on paper."""
        # Whoever never prints (gateways, workers) does not carry the printer.
        from billing.statements import pdf

        return pdf.file_name(record, language), pdf.pdf_of(record)

    @admin.display(description=_("receipts"))
    def receipts(self, statement: Statement) -> str:
        """Their numbers."""
        return ", ".join(line["number"] for line in statement.lines) or "–"
