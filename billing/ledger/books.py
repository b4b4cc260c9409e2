"""Whether every figure that is kept is what the transfers say; one statement per question, however many rows."""

from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from billing.ledger import checks_of_accounts, checks_of_charges, checks_of_papers
from drivepower.core.money import EXPONENTS
from drivepower.core.patience import hurried

# Each statement sees one instant, and answers rows of (subject, figure, kept, counted, currency).
PAGES = [checks_of_accounts, checks_of_charges, checks_of_papers]
CHECKS = [check for page in PAGES for check in page.CHECKS]
WHOLE_ONLY = [*checks_of_accounts.WHOLE_ONLY, *checks_of_papers.WHOLE_ONLY]
TOUCHED_WALLETS = """
SELECT id FROM billing_wallet WHERE system = '' AND id IN (
    SELECT source_id FROM billing_transfer WHERE id > %s UNION SELECT target_id FROM billing_transfer WHERE id > %s)
"""
TOUCHED_SUBJECTS = "SELECT DISTINCT subject FROM billing_transfer WHERE id > %s"
# All of a large house takes its time, in a worker at night.
WHOLE_SECONDS = 30 * 60
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


def check_books(*, since: int = 0) -> list[Difference]:
    """Every figure that differs, by what it is about: wallets, charges, debts, top-ups, adjustments, checkpoints.

    `since` is the key of a transfer: only what has moved after it is looked at, and no account of the house as a whole.
    """
    found: list[Difference] = []
    with connection.cursor() as cursor, nullcontext() if since else hurried(seconds=WHOLE_SECONDS):
        values = scope(cursor, since)
        for check in CHECKS if since else [*CHECKS, *WHOLE_ONLY]:
            cursor.execute(f"SELECT * FROM ({check}) found ORDER BY 1, 2 LIMIT {AT_MOST}", values)  # noqa: S608  # ours
            found += [Difference(*row) for row in cursor.fetchall()]
    return found


def scope(cursor: CursorWrapper, since: int) -> dict[str, Any]:
    """What the statements are told: all of it, or which wallets and subjects have moved."""
    values: dict[str, Any] = {"currencies": list(EXPONENTS), "decimals": list(EXPONENTS.values())}
    values |= {"since": since, "whole": not since, "wallets": [], "subjects": []}
    if since:
        cursor.execute(TOUCHED_WALLETS, [since, since])
        values["wallets"] = [key for (key,) in cursor.fetchall()]
        cursor.execute(TOUCHED_SUBJECTS, [since])
        values["subjects"] = [subject for (subject,) in cursor.fetchall()]
    return values
