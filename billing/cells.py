"""What cells of tables that people bring say: amounts and moments, or why they say none."""

import re
from datetime import datetime, tzinfo
from decimal import Decimal

from django.utils.translation import gettext as _

from drivepower.core.money import LARGEST, exponent

# What people put between thousands beside commas and dots, and the minus of papers.
ALIKE = str.maketrans("\u00a0\u202f\u2009'\u2019\u2212", "     -")
# Without thousands; with thousands by blanks; by commas before a dot; by dots before a comma; by two or more of one.
WAYS = [
    re.compile(way)
    for way in (
        r"([0-9]*)(?:[.,]([0-9]+))?",
        r"([0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]+))?",
        r"([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)",
        r"([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)",
        r"([0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:\.[0-9]{3}){2,})()",
    )
]
# One mark before three digits: of thousands, or of decimals.
DOUBTFUL = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
WRITTEN = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")
FIRST_YEAR, LAST_YEAR = 2000, 2100


class WrongCell(ValueError):
    """A cell that says nothing that can be meant; the text tells a person why."""


def amount_in(text: str, currency: str) -> Decimal:
    """An amount with its sign: "1 234,50", "1,234.50", "1.234,50", "-20"; WrongCell for none, or for two at once.

    "1,234" may be meant as either; with a dot it is decimals where the currency has three of them.
    """
    said = " ".join(text.translate(ALIKE).split())
    digits = said[1:].lstrip() if said[:1] in ("-", "+") else said
    doubtful = DOUBTFUL.fullmatch(digits)
    if doubtful and (doubtful[1] == "," or exponent(currency) != 3):
        raise WrongCell(_("“%(text)s” may be two amounts: write it without thousands") % {"text": text[:40]})
    found = next((found for way in WAYS if digits and (found := way.fullmatch(digits))), None)
    if found is None:
        raise WrongCell(_("“%(text)s” is no amount") % {"text": text[:40]})
    whole = re.sub(r"[ ,.]", "", found[1])
    amount = Decimal(f"{'-' if said[0] == '-' else ''}{whole or 0}.{found[2] or 0}")
    if abs(amount) > LARGEST or amount != round(amount, exponent(currency)):
        raise WrongCell(_("“%(text)s” is no amount in %(currency)s") % {"text": text[:40], "currency": currency})
    return amount


def moment_in(text: str, zone: tzinfo) -> datetime:
    """A moment, ISO 8601 or as "31.12.2026 23:59"; on that zone's clock unless it says another; WrongCell for none."""
    moment = parsed(text)
    if moment is None or not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise WrongCell(_("“%(text)s” is no date and time") % {"text": text[:40]})
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def parsed(text: str) -> datetime | None:
    """The moment that is written in one of the known ways."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in WRITTEN:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
