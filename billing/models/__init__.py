"""Prices and money; knows neither stations nor sessions."""

from billing.models.payments import ProviderEvent, TopUp
from billing.models.receipts import Receipt, ReceiptCounter, ReceiptLine
from billing.models.tariffs import Dimension, PriceTerms, TariffPlan, TariffRule, TariffVersion
from billing.models.wallets import Capture, Debt, Hold, Transfer, Wallet
from billing.payments.bank.models import SandboxInvoice

__all__ = [
    "Capture",
    "Debt",
    "Dimension",
    "Hold",
    "PriceTerms",
    "ProviderEvent",
    "Receipt",
    "ReceiptCounter",
    "ReceiptLine",
    "SandboxInvoice",
    "TariffPlan",
    "TariffRule",
    "TariffVersion",
    "TopUp",
    "Transfer",
    "Wallet",
]
