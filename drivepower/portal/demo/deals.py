"""Who pays otherwise than everybody: the fleet's discount, a promo code, and a station with a price of its own."""

from datetime import datetime, timedelta
from decimal import Decimal

from billing.models import ClientTariff, PromoCode
from drivepower.portal.demo.network import Network
from drivepower.portal.demo.people import People
from stations import prices

WELCOME = "WELCOME"
OWN_PRICE_AT = "BSK-VEFA-1"
OWN_PRICE = Decimal("13.50")


def make_deals(people: People, network: Network, *, at: datetime) -> None:
    """Make all three, in force from then on."""
    ClientTariff.objects.create(
        company=people.fleet,
        discount_percent=8,
        valid_from=at,
        made_by=people.staff["Owner"],
        reason="Contract with the fleet",
    )
    PromoCode.objects.create(
        code=WELCOME,
        kind=PromoCode.Kind.PERCENT,
        value=20,
        most=100,
        uses_in_all=500,
        uses_per_driver=3,
        valid_from=at,
        valid_until=at + timedelta(days=365),
        note="For those who are new",
    )
    for station in network.stations.values():
        if station.code == OWN_PRICE_AT:
            prices.set_own_price(
                station=station,
                per_kwh=OWN_PRICE,
                session_fee=Decimal(0),
                by=people.staff["Owner"],
                reason="Agreed with the place",
                at=at,
            )
