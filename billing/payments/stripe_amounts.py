"""Amounts as Stripe counts them: integers of a unit that is not always the currency's own smallest one.

See docs.stripe.com/currencies: "zero-decimal", "three-decimal" and "special cases".
"""

from decimal import Decimal

from billing.payments.protocol import ProviderRefuses

WHOLE = ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
THOUSANDTHS = ("BHD", "JOD", "KWD", "OMR", "TND")
# The integers that Stripe takes of these are multiples of: thousandths end in 0, and whole krónur and shillings in 00.
STEPS = dict.fromkeys(THOUSANDTHS, 10) | {"ISK": 100, "UGX": 100}


def decimals(currency: str) -> int:
    """How many decimals Stripe's unit of a currency has."""
    if currency in WHOLE:
        return 0
    return 3 if currency in THOUSANDTHS else 2


def to_small(amount: Decimal, currency: str) -> int:
    """An amount in Stripe's units; ProviderRefuses for one that it cannot express."""
    small = amount.scaleb(decimals(currency))
    if small != small.to_integral_value() or small % STEPS.get(currency, 1):
        raise ProviderRefuses(f"{amount} {currency} is finer than Stripe takes")
    return int(small)


def from_small(small: int, currency: str) -> Decimal:
    """An amount out of Stripe's units; TypeError for what is no integer."""
    if type(small) is not int:
        raise TypeError(f"{small!r} is no integer")
    return Decimal(small).scaleb(-decimals(currency))
