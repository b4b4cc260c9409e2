"""Receipts with their lines."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import RecordInline, money
from billing.models import Receipt, ReceiptLine
from drivepower.core.admin import RecordAdmin


@admin.display(description=_("quantity"))
def quantity(line: ReceiptLine) -> str:
    """As a receipt prints it: kWh, minutes and seconds, or pieces."""
    if line.unit == "Wh":
        return f"{line.quantity / 1000:.3f} kWh"
    if line.unit == "s":
        minutes, seconds = divmod(int(line.quantity), 60)
        return f"{minutes}:{seconds:02d} min"
    return f"{line.quantity:.0f} pc"


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
        money("net", _("net"), currency="receipt.currency"),
        money("tax", _("tax"), currency="receipt.currency"),
        money("gross", _("total"), currency="receipt.currency"),
    ]


@admin.register(Receipt)
class ReceiptAdmin(RecordAdmin):
    """What people were charged."""

    net, tax, gross = (
        money(name, label) for name, label in [("net", _("net")), ("tax", _("tax")), ("gross", _("total"))]
    )
    list_display = ["full_number", "made_at", "wallet", gross, tax, "kind", "subject"]
    list_filter = ["kind", "currency", "year"]
    list_select_related = ["wallet__user", "wallet__company"]
    search_fields = ["subject__exact", "number__exact", "wallet__user__email", "wallet__user__phone"]
    fields = readonly_fields = [
        "full_number",
        "public_id",
        "kind",
        "corrects",
        "wallet",
        "subject",
        net,
        "tax_name",
        "tax_percent",
        tax,
        gross,
        "made_at",
    ]
    inlines = [ReceiptLineInline]
