"""Prices and money; knows neither stations nor sessions."""

from billing.models.adjustments import Adjustment
from billing.models.clients import ClientTariff, PromoCode, PromoUse
from billing.models.payments import PaymentRefund, ProviderEvent, SecondPayment, TopUp
from billing.models.receipts import LineKind, Receipt, ReceiptCounter, ReceiptLine, Statement
from billing.models.tariffs import Dimension, IdleFrom, PriceTerms, TariffPlan, TariffRule, TariffVersion, TaxChange
from billing.models.wallets import Capture, Debt, Hold, Transfer, Wallet, WalletCheckpoint
from billing.payments.bank.models import SandboxInvoice, SandboxMovement

__all__ = [
    "Adjustment",
    "Capture",
    "ClientTariff",
    "Debt",
    "Dimension",
    "Hold",
    "IdleFrom",
    "LineKind",
    "PaymentRefund",
    "PriceTerms",
    "PromoCode",
    "PromoUse",
    "ProviderEvent",
    "Receipt",
    "ReceiptCounter",
    "ReceiptLine",
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
