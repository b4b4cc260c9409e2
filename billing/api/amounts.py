"""Amounts as clients write them: plain digits, never through a float."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from drivepower.core.money import exponent
from drivepower.core.parsers import HouseJSONParser

PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?")


class ExactJSONParser(HouseJSONParser):
    """JSON whose fractions stay text, so that 0.1 is what was written and 1e3 can be told from 1000."""

    fraction = str


@extend_schema_field(
    {
        "anyOf": [{"type": "string", "pattern": f"^{PLAIN.pattern}$"}, {"type": "integer", "minimum": 0}],
        "example": "99.50",
    }
)
class AmountField(serializers.Field[Decimal, Any, str, Any]):
    """An amount of money of at least one smallest unit, in plain ASCII digits with at most its currency's decimals."""

    default_error_messages = {
        "invalid": _("Write an amount in digits, like 500 or 99.50."),
        "finer": _("{currency} has {decimals} decimals."),
        "least": _("At least {least}."),
        "most": _("At most {most}."),
    }

    def __init__(self, *, currency: str, least: Decimal, most: Decimal, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency, self.least, self.most = currency, least, most

    def to_internal_value(self, data: Any) -> Decimal:
        """The amount; refused are signs, exponents, spaces, other digits, booleans, and what is out of bounds."""
        written = str(data) if isinstance(data, str | int) and not isinstance(data, bool) else ""
        if not PLAIN.fullmatch(written):
            self.fail("invalid")
        amount = Decimal(written)
        decimals = exponent(self.currency)
        if amount != round(amount, decimals):
            self.fail("finer", currency=self.currency, decimals=decimals)
        if amount < self.least:
            self.fail("least", least=self.least)
        if amount > self.most:
            self.fail("most", most=self.most)
        return amount
