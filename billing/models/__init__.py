"""Prices and money; knows neither stations nor sessions."""

from billing.models.adjustments import Adjustment
from billing.models.checkpoints import WalletCheckpoint
from billing.models.clients import ClientTariff, PromoCode, PromoUse
from billing.models.closing import ClosedMonth, DayClose
from billing.models.fiscal import FiscalDocument, SandboxFiscalEntry
from billing.models.goodwill import Goodwill, GoodwillLine
from billing.models.hosts import HostAgreement, HostStatement, HostStatementLine
from billing.models.invoices import Invoice, InvoicePayment
from billing.models.opening import OpeningImport, OpeningLine
from billing.models.payments import PaymentRefund, SecondPayment, TopUp
from billing.models.payouts import Payout
from billing.models.provider_events import ProviderEvent
from billing.models.receipts import LineKind, Receipt, ReceiptCounter, ReceiptLine, Statement
from billing.models.registers import ProviderRegister, RegisterEntry, RegisterLine, RegisterTransfer
from billing.models.tariffs import Dimension, IdleFrom, PriceTerms, TariffPlan, TariffRule, TariffVersion, TaxChange
from billing.models.wallets import Capture, Debt, Hold, Transfer, Wallet
from billing.payments.bank.models import SandboxInvoice, SandboxMovement

__all__ = [
    "Adjustment",
    "Capture",
    "ClientTariff",
    "ClosedMonth",
    "DayClose",
    "Debt",
    "Dimension",
    "FiscalDocument",
    "Goodwill",
    "GoodwillLine",
    "Hold",
    "HostAgreement",
    "HostStatement",
    "HostStatementLine",
    "IdleFrom",
    "Invoice",
    "InvoicePayment",
    "LineKind",
    "OpeningImport",
    "OpeningLine",
    "PaymentRefund",
    "Payout",
    "PriceTerms",
    "PromoCode",
    "PromoUse",
    "ProviderEvent",
    "ProviderRegister",
    "Receipt",
    "ReceiptCounter",
    "ReceiptLine",
    "RegisterEntry",
    "RegisterLine",
    "RegisterTransfer",
    "SandboxFiscalEntry",
    "SandboxInvoice",
    "SandboxMovement",
    "SecondPayment",
    "Statement",
    "TariffPlan",
    "TariffRule",
    "TariffVersion",
    "TaxChange",
    "TopUp",
    "Transfer",
    "Wallet",
    "WalletCheckpoint",
]
