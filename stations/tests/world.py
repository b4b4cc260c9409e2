"""A small network for tests: one location in Bishkek, stations whose public code and OCPP identity differ."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from billing.models import TariffPlan, TariffRule
from billing.tariffs import publish_version
from stations.models import Connector, ConnectorState, Gateway, Location, Station, StationSeen

NOON = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday, 12:00 in Bishkek


def seconds(count: float) -> timedelta:
    """That long."""
    return timedelta(seconds=count)


def location(code: str = "ALA-TOO", **fields: Any) -> Location:
    """A place in the middle of Bishkek."""
    place = {
        "name": {"en": "Ala-Too Square", "ru": "Площадь Ала-Тоо"},
        "address": "Chuy Avenue 113",
        "latitude": Decimal("42.875900"),
        "longitude": Decimal("74.603700"),
    }
    return Location.objects.create(code=code, **{**place, **fields})


def station(code: str = "BSK-01", *, at: Location | None = None, connectors: int = 2, **fields: Any) -> Station:
    """A station with connectors 1, 2 … of 60 kW."""
    made = Station.objects.create(code=code, identity=f"secret-identity-{code}", location=at, **fields)
    for number in range(1, connectors + 1):
        Connector.objects.create(station=made, number=number, type=Connector.Type.CCS2, max_power_w=60_000)
    return made


def gateway(*, at: datetime, process: str = "web-1") -> Gateway:
    """A server process whose lease was renewed then."""
    return Gateway.objects.create(process=process, started_at=at, renewed_at=at)


def connect(made: Station, to: Gateway) -> Station:
    """Give the station's socket to that gateway, with the next epoch."""
    Station.objects.filter(pk=made.pk).update(gateway=to, epoch=F("epoch") + 1, connected_at=to.renewed_at)
    made.refresh_from_db()
    return made


def say(made: Station, number: int, status: str, *, at: datetime = NOON, error: str = "NoError") -> None:
    """The connector's newest status."""
    ConnectorState.objects.update_or_create(
        station=made,
        number=number,
        defaults={"status": status, "error_code": error, "effective_at": at, "received_at": at},
    )


def hear(made: Station, *, at: datetime) -> None:
    """The station's newest heartbeat."""
    StationSeen.objects.create(station=made, last_frame_at=at, last_heartbeat_at=at)


def plan(name: str = "Standard", *prices: tuple[str, str], default: bool = True, **rule: Any) -> TariffPlan:
    """A plan in force for a year, by default of 15.00 KGS per kWh; prices are (dimension, price)."""
    made = TariffPlan.objects.create(name=name, currency="KGS", is_default=default)
    rules = [
        TariffRule(name=f"{name} {dimension}", dimension=dimension, price=Decimal(price), **rule)
        for dimension, price in prices or [("per_kwh", "15.00")]
    ]
    publish_version(plan=made, rules=rules, at=NOON - timedelta(days=365))
    return made
