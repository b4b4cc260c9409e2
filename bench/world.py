"""`python -m bench.world STATIONS DRIVERS`: the network that the bench charges in, made in an empty database."""

import os
import sys
import uuid
from datetime import timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import IdTag, User  # noqa: E402
from bench import frames  # noqa: E402
from billing import ledger, tariffs  # noqa: E402
from billing.models import TariffPlan, TariffRule  # noqa: E402
from billing.models.tariffs import Dimension  # noqa: E402
from drivepower.core.keys import hash_key  # noqa: E402
from stations.models import Connector, Location, Station  # noqa: E402

STATIONS_OF_A_PLACE = 5


@transaction.atomic
def build(*, stations: int, drivers: int) -> None:
    """Stations with two connectors and a price; the first ones have a driver with a card and money."""
    now = timezone.now()
    plan = TariffPlan.objects.create(name="Bench")
    rule = TariffRule(name="Energy", dimension=Dimension.PER_KWH, price=Decimal("15.00"))
    tariffs.publish_version(plan=plan, rules=[rule], in_force_from=now - timedelta(days=30), at=now)
    places = Location.objects.bulk_create(
        Location(
            code=f"P-{number:05d}",
            name={"en": f"Place {number}"},
            address="Chuy Avenue",
            latitude=Decimal("42.87"),
            longitude=Decimal("74.59"),
        )
        for number in range(-(-stations // STATIONS_OF_A_PLACE))
    )
    made = Station.objects.bulk_create(
        (
            Station(
                location=places[number // STATIONS_OF_A_PLACE],
                code=f"B-{number:05d}",
                identity=frames.identity(number),
                key_hash=hash_key(frames.key(number).encode()),
                tariff_plan=plan,
            )
            for number in range(stations)
        ),
        batch_size=1000,
    )
    Connector.objects.bulk_create(
        (Connector(station=station, number=number, max_power_w=60_000) for station in made for number in (1, 2)),
        batch_size=2000,
    )
    people = User.objects.bulk_create(
        User(email=f"driver{number}@example.com", phone=frames.phone(number)) for number in range(drivers)
    )
    tags = (IdTag(value=frames.tag(number), user=person) for number, person in enumerate(people))
    IdTag.objects.bulk_create(tags)
    for person in people:
        wallet = ledger.wallet_of(user=person, currency=settings.DEFAULT_CURRENCY)
        ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal("1000000"), reference=uuid.uuid4().hex, at=now)


if __name__ == "__main__":
    build(stations=int(sys.argv[1]), drivers=int(sys.argv[2]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself a minute later
