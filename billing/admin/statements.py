"""Monthly statements of companies."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import money
from billing.admin.papers import PaperAdmin
from billing.models import Statement


@admin.register(Statement)
class StatementAdmin(PaperAdmin):
    """What companies have to pay."""

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

    def printed(self, record: Statement, language: str) -> tuple[str, bytes]:
        """The statement on paper."""
        # Whoever never prints (gateways, workers) does not carry the printer.
        from billing.statements import pdf

        return pdf.file_name(record, language), pdf.pdf_of(record)

    @admin.display(description=_("receipts"))
    def receipts(self, statement: Statement) -> str:
        """Their numbers."""
        return ", ".join(line["number"] for line in statement.lines) or "–"
