"""What every payment provider can do, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class ProviderTrouble(Exception):
    """A provider that cannot be reached, or whose answer cannot be understood: nothing is known, ask again later."""


class ProviderAway(ProviderTrouble):
    """A provider that cannot be reached, whatever it is asked about."""


class Standing(StrEnum):
    """What a provider says of an invoice."""

    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"


@dataclass(frozen=True)
class Invoice:
    """An invoice as the provider made it: its name for it, what the QR holds, and a page to pay on."""

    reference: str
    qr_code: str
    pay_url: str


@dataclass(frozen=True)
class Status:
    """Where an invoice stands; amount, currency and transaction are what the provider says was paid."""

    standing: Standing
    amount: Decimal
    currency: str
    transaction: str


class Provider(Protocol):
    """A payment provider; a callback is only a hint which invoice to ask about."""

    def create_invoice(self, *, order: str, amount: Decimal, currency: str) -> Invoice:
        """Make an invoice for one of our orders; raises ProviderTrouble."""

    def fetch_status(self, *, invoice: str) -> Status:
        """Ask where an invoice stands; raises ProviderTrouble."""

    def parse_callback(self, *, body: bytes, headers: Mapping[str, str]) -> str | None:
        """The provider's name of the invoice that a callback is about; None if it cannot be read."""
