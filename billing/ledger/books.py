"""Whether every figure that is kept is what the transfers say; one statement per question, however many rows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.ledger import checks_of_accounts, checks_of_charges, checks_of_papers
from drivepower.core.money import EXPONENTS

# Each statement sees one instant, and answers rows of (subject, figure, kept, counted, currency).
CHECKS = [*checks_of_accounts.CHECKS, *checks_of_charges.CHECKS, *checks_of_papers.CHECKS]
# So many are told of by each; whoever finds more than that has other work to do first.
AT_MOST = 1000


@dataclass(frozen=True)
class Difference:
    """A figure that is not the sum of what it stands for."""

    subject: str
    figure: str
    kept: Decimal
    counted: Decimal
    currency: str


def check_books() -> list[Difference]:
    """Every figure that differs, by what it is about: wallets, charges, debts, top-ups, adjustments, checkpoints."""
    values: dict[str, Any] = {"currencies": list(EXPONENTS), "decimals": list(EXPONENTS.values())}
    found: list[Difference] = []
    with connection.cursor() as cursor:
        for check in CHECKS:
            cursor.execute(f"SELECT * FROM ({check}) found ORDER BY 1, 2 LIMIT {AT_MOST}", values)  # noqa: S608  # ours
            found += [Difference(*row) for row in cursor.fetchall()]
    return found
