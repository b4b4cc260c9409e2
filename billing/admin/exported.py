"""The columns of the lists of money as files; amounts as they are held, whose they are by public id and name."""

from typing import Any

from django.http import HttpRequest

from billing.models import Adjustment, FiscalDocument, InvoicePayment, Payout, Statement, TopUp, Wallet
from billing.operator.shapes import owner_of
from drivepower.core.admin_exports import Exported, columns
from drivepower.core.exports import Columns
from drivepower.core.seeing import is_of_company

# Who of the house acted, and what they wrote about it.
OURS = frozenset({"reason", "made_by", "asked_by", "decided_by", "paid_by"})


class OfDesk(Exported):
    """Mixin in place of Exported: staff of a company are not told who of the house acted, and why."""

    def exported_to(self, request: HttpRequest) -> Columns[Any]:
        """The columns for this person."""
        told = super().exported_to(request)
        return {name: show for name, show in told.items() if name not in OURS} if is_of_company(request) else told


def whose(way: str) -> Columns[Any]:
    """Columns that say whose wallet it is; `way`: from a row to its wallet, "" for wallets themselves."""

    def of(row: Any) -> dict[str, Any]:
        for step in way.split(".") if way else ():
            row = getattr(row, step)
        return owner_of(row)

    return {
        "owner_kind": lambda row: of(row)["kind"],
        "owner_id": lambda row: of(row)["id"],
        "owner": lambda row: of(row)["name"],
    }


def figure(name: str) -> Columns[Wallet]:
    """A figure of a wallet; the house's accounts carry none."""
    return {name: lambda wallet: None if wallet.system else getattr(wallet, name)}


OF_WALLETS: Columns[Wallet] = {
    **columns(id="public_id"),
    **whose(""),
    **figure("available"),
    **figure("balance"),
    **figure("held"),
    **figure("owed"),
    **figure("credit_limit"),
    **columns(currency="currency"),
}
OF_HOLDS: Columns[Any] = {
    **columns(made_at="made_at", subject="subject", state="state"),
    **whose("wallet"),
    **columns(amount="amount", currency="wallet.currency", expires_at="expires_at", ended_at="ended_at"),
}
OF_DEBTS: Columns[Any] = {
    **columns(made_at="made_at", subject="subject", reference="reference"),
    **whose("wallet"),
    **columns(amount="amount", paid="paid", currency="wallet.currency"),
}
OF_CAPTURES: Columns[Any] = {
    **columns(made_at="made_at", subject="subject", revision="revision"),
    **whose("wallet"),
    **columns(net="net", tax="tax", gross="gross", currency="wallet.currency"),
}
OF_CHECKPOINTS: Columns[Any] = columns(
    made_at="made_at",
    account="wallet.system",
    balance="balance",
    currency="wallet.currency",
    last_transfer="last_transfer",
)
OF_TOP_UPS: Columns[TopUp] = {
    **columns(id="public_id", made_at="made_at"),
    **whose("wallet"),
    **columns(amount="amount", paid="paid_amount", gone_back="reversed_amount", currency="wallet.currency"),
    **columns(state="state", provider="provider", method="method", provider_invoice="provider_invoice"),
    **columns(provider_transaction="provider_transaction", expires_at="expires_at", failure="failure"),
    **columns(transfer="transfer.public_id", booked_at="transfer.made_at", booked="transfer.amount"),
}
OF_REFUNDS: Columns[Any] = {
    **columns(id="public_id", made_at="made_at", top_up="top_up.public_id"),
    **whose("top_up.wallet"),
    **columns(amount="amount", currency="top_up.wallet.currency", state="state", provider="top_up.provider"),
    **columns(provider_refund="provider_refund", reason="reason", made_by="made_by", ended_at="ended_at"),
    **columns(transfer="transfer.public_id"),
}
OF_SECOND_PAYMENTS: Columns[Any] = {
    **columns(id="public_id", seen_at="seen_at", top_up="top_up.public_id"),
    **whose("top_up.wallet"),
    **columns(amount="amount", currency="top_up.wallet.currency", state="state", provider="provider"),
    **columns(provider_transaction="provider_transaction", decided_by="decided_by", decided_at="decided_at"),
    **columns(transfer="transfer.public_id"),
}
OF_PAYOUTS: Columns[Payout] = {
    **columns(id="public_id", asked_at="asked_at"),
    **whose("wallet"),
    **columns(amount="amount", currency="wallet.currency", destination="destination", state="state"),
    **columns(reason="reason", asked_by="asked_by", decided_by="decided_by", decided_at="decided_at"),
    **columns(paid_by="paid_by", paid_at="paid_at", bank_reference="bank_reference"),
    **columns(transfer="transfer.public_id", returned_at="returned_at", transfer_back="returning.public_id"),
}
OF_ADJUSTMENTS: Columns[Adjustment] = {
    **columns(id="public_id", asked_at="asked_at", kind="kind"),
    **whose("wallet"),
    **columns(amount="amount", credit_limit="credit_limit", currency="wallet.currency", state="state"),
    **columns(bank_reference="bank_reference", reason="reason", asked_by="asked_by", decided_by="decided_by"),
    **columns(decided_at="decided_at", transfer="transfer.public_id"),
}
OF_GOODWILL: Columns[Any] = columns(
    id="public_id",
    asked_at="asked_at",
    percent="percent",
    each="each",
    total="total",
    currency="currency",
    state="state",
    reason="reason",
    asked_by="asked_by",
    decided_by="decided_by",
    decided_at="decided_at",
)
OF_PAYMENTS: Columns[InvoicePayment] = columns(
    made_at="made_at",
    invoice="invoice.full_number",
    month="invoice.month",
    company="invoice.wallet.company.name",
    amount="amount",
    currency="invoice.currency",
    transfer="transfer.public_id",
    reference="transfer.reference",
    reason="reason",
    made_by="made_by",
)
OF_STATEMENTS: Columns[Statement] = columns(
    id="public_id",
    month="month",
    company="wallet.company.name",
    opening="opening",
    charged="charged",
    refunded="refunded",
    paid="paid",
    other="other",
    closing="closing",
    owed="owed",
    tax="tax",
    currency="wallet.currency",
    made_at="made_at",
)
OF_FISCAL_DOCUMENTS: Columns[FiscalDocument] = columns(
    id="public_id",
    made_at="made_at",
    receipt="receipt.full_number",
    kind="receipt.kind",
    net="receipt.net",
    tax="receipt.tax",
    gross="receipt.gross",
    currency="receipt.currency",
    adapter="adapter",
    state="state",
    attempts="attempts",
    error="error",
    fiscal_number="fiscal_number",
    fiscal_sign="fiscal_sign",
    device="device",
    registered_at="done_at",
)
