"""What is kept of a register's answer, and whether it can be: a register may answer anything."""

from typing import Any

from billing.fiscal.protocol import Registered
from billing.models import FiscalDocument
from drivepower.core.texts import storable


def facts_of(answer: Registered) -> dict[str, str]:
    """The answer by column; what an adapter left out is empty."""
    said = {
        "fiscal_number": answer.number,
        "fiscal_sign": answer.sign,
        "device": answer.device,
        "qr": answer.qr,
    }
    return {name: storable(str(value or "")).strip() for name, value in said.items()}


def is_usable(facts: dict[str, str]) -> bool:
    """Whether there is a number, and columns take all of it: a cut sign or code would prove nothing."""
    return bool(facts["fiscal_number"]) and all(len(value) <= most(name) for name, value in facts.items())


def most(name: str) -> int:
    """How many characters a column takes."""
    column: Any = FiscalDocument._meta.get_field(name)
    length: int = column.max_length
    return length
