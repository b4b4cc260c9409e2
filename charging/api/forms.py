"""What may be asked: the shape of a start, a stop, a list."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from billing.api.amounts import PLAIN, AmountField
from charging.models import Session

MOST_ENERGY_KWH = Decimal(200)
MOST_AMOUNT = Decimal(100_000)
SOM = "KGS"


class EnergyField(serializers.DecimalField):
    """An energy in kWh in plain ASCII digits, whole Wh, up to what a car can take."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_digits=6, decimal_places=3, min_value=Decimal("0.001"), max_value=MOST_ENERGY_KWH, **options
        )

    def to_internal_value(self, data: Any) -> Decimal:
        """The energy; refused are signs, exponents, spaces, other digits and booleans too."""
        if isinstance(data, bool) or not PLAIN.fullmatch(str(data)):
            self.fail("invalid")
        energy: Decimal = super().to_internal_value(data)
        return energy


def amount_field(**options: Any) -> AmountField:
    """An amount of money in the price's currency, written like that of a top-up."""
    return AmountField(currency=settings.DEFAULT_CURRENCY, least=Decimal("0.01"), most=MOST_AMOUNT, **options)


class StartForm(serializers.Serializer[Any]):
    """A start: where, and how much of what; `driver` is for staff who start for somebody."""

    station_id = serializers.RegexField(r"^[A-Z0-9\-]+$", max_length=50)
    connector_id = serializers.IntegerField(min_value=1, max_value=10, required=False, allow_null=True)
    energy_kwh = EnergyField(required=False, allow_null=True)
    amount = amount_field(required=False, allow_null=True)
    amount_som = amount_field(required=False, allow_null=True)
    limit_type = serializers.ChoiceField([Session.Limit.ENERGY.value, Session.Limit.AMOUNT.value], required=False)
    limit_value = serializers.CharField(max_length=20, required=False)
    promo_code = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    driver = serializers.UUIDField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One energy and one amount at most, whichever of their names was used; `amount_som` names a currency too."""
        if ("limit_type" in attrs) != ("limit_value" in attrs):
            raise serializers.ValidationError("Give limit_type and limit_value together.")
        energy, amount = [attrs.get("energy_kwh")], [attrs.get("amount"), attrs.get("amount_som")]
        currency = SOM if attrs.get("amount_som") is not None else ""
        if attrs.get("limit_type") == Session.Limit.ENERGY:
            energy.append(EnergyField().run_validation(attrs["limit_value"]))
        elif "limit_type" in attrs:
            amount.append(amount_field().run_validation(attrs["limit_value"]))
        return attrs | {"energy_kwh": one_of(energy), "amount": one_of(amount), "currency": currency}


class StopForm(serializers.Serializer[Any]):
    """Which session is to stop."""

    session_id = serializers.CharField(max_length=64)


class ListForm(serializers.Serializer[Any]):
    """Which sessions to list."""

    state = serializers.ChoiceField(Session.State.choices, required=False)


def one_of(values: list[Decimal | None]) -> Decimal | None:
    """The value that was given, under one name or several."""
    given = {value for value in values if value is not None}
    if len(given) > 1:
        raise serializers.ValidationError("The same limit is given twice, with two values.")
    return given.pop() if given else None
