"""What may be asked: the shape of a start, a stop, a list."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from billing.api.amounts import PLAIN, AmountField
from charging.models import Session

MOST_ENERGY_KWH = Decimal(200)
MOST_AMOUNT = Decimal(100_000)
MOST_MINUTES = 24 * 60
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
    soc_percent = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES, required=False, allow_null=True)
    limit_type = serializers.ChoiceField([kind.value for kind in Session.Limit if kind.value], required=False)
    limit_value = serializers.CharField(max_length=20, required=False)
    promo_code = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    driver = serializers.UUIDField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One value of each limit at most, whichever of its names was used; `amount_som` names a currency too.

        Beside what was sent: `energy_kwh`, `amount`, `soc` in percent and `duration`, each None where there is none.
        """
        if ("limit_type" in attrs) != ("limit_value" in attrs):
            raise serializers.ValidationError("Give limit_type and limit_value together.")
        given = {
            Session.Limit.ENERGY: [attrs.get("energy_kwh")],
            Session.Limit.AMOUNT: [attrs.get("amount"), attrs.get("amount_som")],
            Session.Limit.SOC: [attrs.get("soc_percent")],
            Session.Limit.TIME: [attrs.get("minutes")],
        }
        if "limit_type" in attrs:
            kind = Session.Limit(attrs["limit_type"])
            given[kind].append(self.field_of(kind).run_validation(attrs["limit_value"]))
        energy, amount, soc, minutes = (one_of(values) for values in given.values())
        return attrs | {
            "energy_kwh": energy,
            "amount": amount,
            "soc": soc,
            "duration": None if minutes is None else timedelta(minutes=int(minutes)),
            "currency": SOM if attrs.get("amount_som") is not None else "",
        }

    def field_of(self, kind: Session.Limit) -> serializers.Field[Any, Any, Any, Any]:
        """How a limit's value is written."""
        fields: dict[Session.Limit, Any] = {
            Session.Limit.ENERGY: EnergyField(),
            Session.Limit.AMOUNT: amount_field(),
            Session.Limit.SOC: serializers.IntegerField(min_value=1, max_value=100),
            Session.Limit.TIME: serializers.IntegerField(min_value=1, max_value=MOST_MINUTES),
        }
        return fields[kind]  # type: ignore[no-any-return]  # each is a field


class StopForm(serializers.Serializer[Any]):
    """Which session is to stop."""

    session_id = serializers.CharField(max_length=64)


class ListForm(serializers.Serializer[Any]):
    """Which sessions to list."""

    state = serializers.ChoiceField(Session.State.choices, required=False)


def one_of(values: list[Any]) -> Any:
    """The value that was given, under one name or several."""
    given = {value for value in values if value is not None}
    if len(given) > 1:
        raise serializers.ValidationError("The same limit is given twice, with two values.")
    return given.pop() if given else None
