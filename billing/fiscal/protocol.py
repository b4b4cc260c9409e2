"""What a cash register is told, and what it answers: each adapter speaks its own dialect behind this."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Line:
    """One line of a receipt; amounts with their sign, as a correction has them."""

    name: str
    quantity: Decimal
    unit: str
    tax_percent: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Document:
    """A receipt to register; `public_id` names it for ever: the same one again is the same document."""

    public_id: UUID
    number: str
    kind: str
    # The fiscal number of the receipt that it corrects.
    corrects: str
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    seller_tax_id: str
    made_at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Registered:
    """What the register has made of it: its number there, the sign that proves it, the device, and what the QR says."""

    number: str
    sign: str
    device: str
    qr: str


class RegisterTrouble(Exception):
    """A register did not do it; `why` says it, in what the register has said or in a sentence of ours."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RegisterAway(RegisterTrouble):
    """It may do it later: no answer, no paper, a shift that is not open."""


class RegisterRefuses(RegisterTrouble):
    """It never will: a person has to look."""


class Adapter(Protocol):
    """A cash register."""

    def register(self, document: Document, *, at: datetime) -> Registered:
        """Register it, or answer what was registered under its `public_id` before.

        Raises RegisterAway, RegisterRefuses.
        """
