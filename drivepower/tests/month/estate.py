"""Where the month happens and who is in it: stations, prices in two currencies, hosts, drivers, fleets, codes."""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Any

from accounts.models import Company, IdTag, User
from billing import tariffs
from billing.models import ClientTariff, HostAgreement, PromoCode, TariffPlan, TariffRule
from billing.models.tariffs import Dimension
from charging.tests.world import World, per_kwh, rule
from drivepower.tests.month.days import DAY, MARCH, march
from stations.models import ConnectionSpan, Connector, Gateway, Location, Station

OPENED = march(1) - 30 * DAY
FOREIGN = "KWD"  # of three decimals
DRIVERS, CARD_HOLDERS, STATIONS_OF_A_PLACE = 26, 18, 2
PLACES = ("NORTH", "SOUTH", "MALL", "HOTEL", "GULF")
HOSTS = {"MALL": ("20.00", "1.2500"), "HOTEL": ("33.33", "0"), "GULF": ("12.50", "0")}


@dataclass
class Estate:
    """All that the players of the month know."""

    worlds: list[World] = field(default_factory=list)
    plans: dict[str, TariffPlan] = field(default_factory=dict)
    drivers: list[User] = field(default_factory=list)
    debtor: User | None = None
    cards: list[IdTag] = field(default_factory=list)
    later: list[IdTag] = field(default_factory=list)
    beforehand: list[IdTag] = field(default_factory=list)
    service: IdTag | None = None
    fleets: list[Company] = field(default_factory=list)
    hosts: dict[str, Company] = field(default_factory=dict)

    def at(self, place: str) -> list[World]:
        """The stations of a place."""
        return [world for world in self.worlds if world.station.code.startswith(place)]


def build() -> Estate:
    """The estate as it stood when March began."""
    estate = Estate(plans=plans())
    gateway = Gateway.objects.create(process="month", started_at=OPENED, renewed_at=OPENED + 365 * DAY)
    for name in PLACES:
        add_place(estate, name, gateway)
    add_people(estate)
    add_fleets(estate)
    PromoCode.objects.create(code="SPRING", kind="percent", value=10, valid_from=OPENED)
    PromoCode.objects.create(code="FREE", kind="percent", value=100, valid_from=OPENED)
    PromoCode.objects.create(code="FIFTY", kind="fixed", value=50, least_price=120, valid_from=OPENED)
    return estate


def plans() -> dict[str, TariffPlan]:
    """Prices of energy, time, start and idling, with 12 % in them or on top."""
    night: dict[str, Any] = {"starts": time(23), "ends": time(6), "priority": 5}
    made = {
        "NORTH": plan("Energy", [per_kwh("15.00"), per_kwh("9.99", **night)]),
        "SOUTH": plan(
            "Time",
            [per_kwh("12.35"), rule(Dimension.PER_MINUTE, "0.77"), rule(Dimension.SESSION_FEE, "9.90")],
        ),
        "MALL": plan("Idle", [per_kwh("13.33"), rule(Dimension.PARKING_FEE, "3.00")], idle_cap=Decimal(150)),
        "HOTEL": plan("On top", [per_kwh("11.11"), rule(Dimension.SESSION_FEE, "5.55")], tax_included=False),
        "GULF": plan("Dinar", [per_kwh("0.0853"), rule(Dimension.SESSION_FEE, "0.125")], currency=FOREIGN),
    }
    return made


def plan(name: str, rules: list[TariffRule], *, currency: str = "KGS", **version: Any) -> TariffPlan:
    """A plan with its first version."""
    made = TariffPlan.objects.create(name=name, currency=currency)
    taxed: dict[str, Any] = {"tax_name": "VAT", "tax_percent": Decimal(12)} | version
    tariffs.publish_version(plan=made, rules=rules, in_force_from=OPENED, at=OPENED, **taxed)
    return made


def add_place(estate: Estate, name: str, gateway: Gateway) -> None:
    """A location with its stations of two connectors each; some have a host, who gets a share."""
    place = Location.objects.create(code=name, address=f"{name} 1", latitude="42.87", longitude="74.59")
    if name in HOSTS:
        estate.hosts[name] = add_host(estate, place, *HOSTS[name])
    for number in range(1, STATIONS_OF_A_PLACE + 1):
        estate.worlds.append(add_station(estate.plans[name], place, number, gateway))


def add_host(estate: Estate, place: Location, percent: str, by_kwh: str) -> Company:
    """Whose the place is."""
    host = Company.objects.create(name=f"Host of {place.code}", kind=Company.Kind.HOST)
    Location.objects.filter(pk=place.pk).update(host=host)
    currency = estate.plans[place.code].currency
    HostAgreement.objects.create(
        company=host,
        currency=currency,
        share_percent=percent,
        per_kwh=by_kwh,
        valid_from=MARCH,
        made_by="staff:1",
        made_at=OPENED,
    )
    return host


def add_station(plan: TariffPlan, place: Location, number: int, gateway: Gateway) -> World:
    """A station that is online all the time."""
    name = f"{place.code}-{number:02}"
    station = Station.objects.create(
        code=name, identity=name.lower(), location=place, tariff_plan=plan, gateway=gateway, connected_at=OPENED
    )
    ConnectionSpan.objects.create(station=station, epoch=station.epoch, since=OPENED)
    one, two = (
        Connector.objects.create(station=station, number=plug, type=Connector.Type.CCS2, max_power_w=60_000)
        for plug in (1, 2)
    )
    world = World(station=station, one=one, two=two, plan=plan)
    for connector in (one, two):
        world.say(connector, "Available", at=OPENED)
    return world


def add_people(estate: Estate) -> None:
    """Drivers with the app, drivers with cards, one with a price of their own, and one who will owe."""
    estate.drivers = [driver(f"driver{number}") for number in range(DRIVERS)]
    estate.debtor = driver("debtor")
    ClientTariff.objects.create(user=estate.drivers[3], discount_percent="7.50", valid_from=OPENED)
    holders = [driver(f"holder{number}") for number in range(CARD_HOLDERS)]
    estate.cards = [IdTag.objects.create(value=f"CARD-{one.pk}", user=one) for one in holders]
    estate.service = IdTag.objects.create(value="SERVICE", kind=IdTag.Kind.SERVICE, sessions_at_once=9)


def driver(name: str) -> User:
    """Somebody who charges."""
    return User.objects.create_user(email=f"{name}@example.com", name=name)


def add_fleets(estate: Estate) -> None:
    """Two companies that pay later, by invoice, and one that pays beforehand; the first at a rate of its own."""
    names = ("Later one", "Later two", "Beforehand")
    estate.fleets = [
        Company.objects.create(name=name, kind=Company.Kind.FLEET, tax_id=f"TAX-{number}")
        for number, name in enumerate(names)
    ]
    first, second, third = estate.fleets
    rate = {"rate_per_kwh": Decimal("14.1234"), "currency": "KGS", "valid_from": OPENED}
    ClientTariff.objects.create(company=first, **rate)
    estate.later = [*cards_of(first, 9), *cards_of(second, 9)]
    estate.beforehand = cards_of(third, 9)


def cards_of(company: Company, count: int) -> list[IdTag]:
    """Cards that the company pays for."""
    return [IdTag.objects.create(value=f"FLEET-{company.pk}-{one}", company=company) for one in range(count)]
