"""How an amount is written: Decimal with its currency's decimals, never a float."""

import re
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217; every currency that is not named here has two decimals.
EXPONENTS = {"BHD": 3, "IQD": 3, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "VND": 0}
# As ISO 4217 writes one.
CURRENCY = re.compile("[A-Z]{3}")
# Nobody moves more at once; what columns hold takes ten times as much, so that sums of some of them fit, too.
LARGEST = Decimal(10**12)


def exponent(currency: str) -> int:
    """How many decimals a currency has."""
    return EXPONENTS.get(currency, 2)


def plain(amount: Decimal, currency: str) -> str:
    """An amount for programs: "382.50", half up to the currency's decimals, no thousands mark, no symbol."""
    step = Decimal(1).scaleb(-exponent(currency))
    return f"{amount.quantize(step, ROUND_HALF_UP):f}"


def plain_rate(price: Decimal, currency: str) -> str:
    """A price of one unit: "15.00", "0.125"; as many decimals as it has, and at least its currency's."""
    decimals = -int(price.normalize().as_tuple().exponent)
    return f"{price:.{max(decimals, exponent(currency))}f}"
