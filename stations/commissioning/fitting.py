"""What the connectors are that a station has named by itself: told by whoever stands before it."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.db import transaction

from drivepower.core.refusals import Refusal
from stations import registry
from stations.models import Connector, ConnectorState, Station

Type = Connector.Type
DIRECT = frozenset({Type.CCS2, Type.CHADEMO, Type.GBT_DC})
MOST_W = 2_000_000
TYPES = Type.choices


def untold(station: Station) -> list[int]:
    """The connectors that the station has reported and whose type nobody has entered, by number."""
    told = Connector.objects.filter(station=station).exclude(type="").values("number")
    reported = ConnectorState.objects.filter(station=station, number__gt=0, number__lte=registry.HIGHEST_CONNECTOR)
    return list(reported.exclude(number__in=told).order_by("number").values_list("number", flat=True))


@transaction.atomic
def tell(*, station: Station, said: Mapping[str, str]) -> int:
    """Keep `type_N` and `power_N` (kW, or nothing) of connectors that lack a type; of how many.

    What is told stays as it is. Refusal invalid_parameters for what is no type or no power.
    """
    return sum(tell_one(station, number, said) for number in untold(station) if said.get(f"type_{number}"))


def tell_one(station: Station, number: int, said: Mapping[str, str]) -> int:
    """One of them."""
    kind = said[f"type_{number}"]
    if kind not in Type.values:
        raise Refusal("invalid_parameters", "Choose a type of the list.")
    connector = registry.ensure_connector(station=station, number=number)
    fields = {"type": kind, "max_power_w": watts(said.get(f"power_{number}", ""))}
    phases = {"phases": 0} if kind in DIRECT else {}
    return Connector.objects.filter(pk=connector.pk, type="").update(**fields, **phases)


def watts(text: str) -> int | None:
    """Kilowatts as people write them, in W; None for nothing."""
    if not text.strip():
        return None
    try:
        power = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        power = Decimal("NaN")
    if not (power.is_finite() and 0 < power * 1000 <= MOST_W):
        raise Refusal("invalid_parameters", "Give the power in kW, at most 2000.")
    return max(1, int(power * 1000))
