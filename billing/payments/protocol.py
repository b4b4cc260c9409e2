"""What every payment provider can do, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class ProviderTrouble(Exception):
    """A provider that cannot be reached, or whose answer cannot be understood: nothing is known, ask again later."""


class ProviderAway(ProviderTrouble):
    """A provider that cannot be reached, whatever it is asked about."""


class ProviderRefuses(Exception):
    """A provider that has understood and says no: asking again changes nothing."""


class Standing(StrEnum):
    """What a provider says of an invoice."""

    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"


@dataclass(frozen=True)
class Order:
    """What is to be paid: our name for it, the amount, a line for the payer in their language, and when we asked."""

    reference: str
    amount: Decimal
    currency: str
    about: str
    language: str
    made_at: datetime


@dataclass(frozen=True)
class Invoice:
    """An invoice as the provider made it: its name for it, what a QR holds, and a page or an app to pay in.

    `expires_at` is empty where the provider names no end of its own.
    """

    reference: str
    qr_code: str
    pay_url: str
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Status:
    """Where an invoice stands; amount, currency and transaction are what the provider says was paid.

    `reversed_amount` is what of it went back to the payer, whoever wanted that; `oddity` is what of that nobody can
    count, in words for a person.
    """

    standing: Standing
    amount: Decimal
    currency: str
    transaction: str
    reversed_amount: Decimal = Decimal(0)
    oddity: str = ""


@dataclass(frozen=True)
class SentBack:
    """A refund that the provider has taken on: its name for it, and whether the money has been paid out."""

    reference: str
    done: bool


@dataclass(frozen=True)
class Callback:
    """What a callback is about: the provider's name of an invoice or of a payment, or ours of the order.

    All empty: unreadable. `authentic` is False where a signature was expected and is missing, old or wrong; `signed` is
    False where callbacks can be signed, and this one may come without.
    """

    invoice: str = ""
    order: str = ""
    transaction: str = ""
    authentic: bool = True
    signed: bool = True


class Provider(Protocol):
    """A payment provider; a callback is only a hint which invoice to ask about."""

    def create_invoice(self, *, order: Order) -> Invoice:
        """Make an invoice for one of our orders; raises ProviderTrouble, ProviderRefuses."""

    def fetch_status(self, *, invoice: str) -> Status:
        """Ask where an invoice stands; raises ProviderTrouble."""

    def parse_callback(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> Callback:
        """What a callback is about; never raises, whatever came."""

    def refund(self, *, invoice: str, amount: Decimal, currency: str, key: str) -> SentBack:
        """Send a part or all of a payment back; answers how the provider's refund stands.

        The same key is the same refund, however often it is asked for: asking again reads it again. Raises
        ProviderTrouble; ProviderRefuses where nothing was sent, or what was has failed (`manual_refund_required` where
        the provider has no such call).
        """
