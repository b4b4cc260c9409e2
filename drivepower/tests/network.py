"""A small network for tests from end to end: one place, one station with two connectors, one price, one card."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from accounts.models import IdTag, User
from billing import tariffs
from billing.models import Dimension, TariffPlan, TariffRule
from stations import registry
from stations.models import Connector, Location, Station

CARD = "04A1B2C3D4"
STAFF_PASSWORD = "staff-password-of-the-test"
# Fast enough that a test charges kilowatt-hours in seconds.
POWER_W = 360_000


@dataclass(frozen=True)
class Network:
    """What a station and an app need to know of it."""

    code: str
    identity: str
    key: str


def build_network() -> Network:
    """Make it, at a plain 15.00 KGS/kWh with 12 % VAT included."""
    at = datetime.now(UTC)
    plan = TariffPlan.objects.create(name="Plain", is_default=True)
    rule = TariffRule(name="Energy", dimension=Dimension.PER_KWH, price=Decimal("15.00"))
    tariffs.publish_version(plan=plan, rules=[rule], tax_percent=Decimal(12), at=at)
    place = Location.objects.create(
        code="ALATOO", address="Chuy Avenue 114", latitude=Decimal("42.876"), longitude=Decimal("74.604")
    )
    station = Station.objects.create(code="ALATOO-1", identity="DP-9001", location=place)
    for number in (1, 2):
        Connector.objects.create(station=station, number=number, type=Connector.Type.CCS2, max_power_w=POWER_W)
    driver = User.objects.create_user(email="cards@example.com", password=STAFF_PASSWORD)
    IdTag.objects.create(value=CARD, user=driver)
    User.objects.create_superuser(email="owner@example.com", password=STAFF_PASSWORD)
    return Network(code=station.code, identity=station.identity, key=registry.issue_key(station=station))
