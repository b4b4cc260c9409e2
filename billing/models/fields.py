"""Columns for money: Decimal, never float."""

from typing import Any

from django.db import models


class AmountField(models.DecimalField):  # type: ignore[type-arg]
    """An amount of money, rounded to its currency's exponent (3 decimals hold every currency in use)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 16)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)


class UnitPriceField(models.DecimalField):  # type: ignore[type-arg]
    """A price of one unit, finer than an amount."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)
