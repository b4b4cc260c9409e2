"""Lists of the books as they are printed, beside those of which a month is handed out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from billing.closing.tables import OnPaper, amount
from billing.wording import bare, day, zone_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Sheet:
    """How a list is printed: the columns of words, then those of amounts, each with its width in mm (174 in all)."""

    title: "_StrPromise"
    on_paper: OnPaper
    amounts: Sequence[str]
    currency: str = "currency"


def of_wallet(name: str) -> Callable[[Any], str]:
    """An amount in the currency of the row's wallet."""
    return amount(name, lambda row: row.wallet.currency)


PAYMENTS = Sheet(
    _("Payments of invoices"),
    {
        _("made"): (22, lambda row: day(row.made_at, zone_of(""))),
        _("number"): (45, lambda row: row.invoice.full_number),
        _("company"): (46, lambda row: row.invoice.bought_by.get("name", "")),
        _("transfer"): (35, lambda row: row.transfer.reference if row.transfer else "–"),
        _("amount"): (26, lambda row: bare(row.amount, row.invoice.currency)),
    },
    ["amount"],
    "invoice__currency",
)
STATEMENTS = Sheet(
    _("Statements of companies"),
    {
        _("month"): (17, lambda row: f"{row.month:%Y-%m}"),
        _("company"): (37, lambda row: str(row.wallet.company or row.wallet.user)),
        _("opening balance"): (20, of_wallet("opening")),
        _("charged"): (20, of_wallet("charged")),
        _("refunded"): (20, of_wallet("refunded")),
        _("paid"): (20, of_wallet("paid")),
        _("other movements"): (20, of_wallet("other")),
        _("closing balance"): (20, of_wallet("closing")),
    },
    ["opening", "charged", "refunded", "paid", "other", "closing"],
    "wallet__currency",
)
REGISTERS = Sheet(
    _("Registers of providers"),
    {
        _("provider"): (20, lambda row: row.provider),
        _("file"): (46, lambda row: row.file_name),
        _("until"): (20, lambda row: day(row.until, zone_of(""))),
        _("payments"): (22, amount("payments")),
        _("refunds and chargebacks"): (22, amount("refunds")),
        _("commission"): (22, amount("commission")),
        _("paid out to us"): (22, amount("remitted")),
    },
    ["payments", "refunds", "commission", "remitted"],
)
REGISTER_LINES = Sheet(
    _("Lines of providers' registers"),
    {
        _("made"): (22, lambda row: day(row.at, zone_of(""))),
        _("kind"): (30, lambda row: row.get_kind_display()),
        _("transaction"): (48, lambda row: row.provider_transaction),
        _("difference"): (26, lambda row: row.get_difference_display() if row.difference else ""),
        _("amount"): (24, amount("amount")),
        _("commission"): (24, amount("commission")),
    },
    ["amount", "commission"],
)
REGISTER_ENTRIES = Sheet(
    _("Booked lines of providers' registers"),
    {
        _("asked"): (22, lambda row: day(row.asked_at, zone_of(""))),
        _("transaction"): (34, lambda row: row.line.provider_transaction),
        _("account"): (30, lambda row: row.get_account_display()),
        _("reason"): (26, lambda row: row.reason),
        _("state"): (18, lambda row: row.get_state_display()),
        _("amount"): (22, lambda row: bare(row.amount, row.line.currency)),
        _("booked"): (22, lambda row: bare(row.booked, row.line.currency)),
    },
    ["amount", "booked"],
    "line__currency",
)
OPENING_IMPORTS = Sheet(
    _("Imports of opening balances"),
    {
        _("file"): (60, lambda row: row.file_name),
        _("asked"): (24, lambda row: day(row.asked_at, zone_of(""))),
        _("state"): (34, lambda row: row.get_state_display()),
        _("control total"): (28, amount("control_total")),
        _("booked"): (28, amount("booked")),
    },
    ["control_total", "booked"],
)
OPENING_LINES = Sheet(
    _("Opening balances"),
    {
        _("file"): (40, lambda row: row.opening.file_name),
        _("owner"): (48, lambda row: row.owner),
        _("state"): (34, lambda row: row.opening.get_state_display()),
        _("amount"): (26, lambda row: bare(row.amount, row.opening.currency)),
        _("booked"): (26, lambda row: bare(row.booked, row.opening.currency)),
    },
    ["amount", "booked"],
    "opening__currency",
)
