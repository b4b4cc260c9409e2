"""A small shared world: one station with two connectors, one price, drivers with money, and what stations say."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Company, IdTag, User
from billing import ledger, tariffs
from billing.models import TariffPlan, TariffRule, Wallet
from billing.models.tariffs import Dimension
from charging import lifecycle, metering
from charging.lifecycle import Began
from charging.models import MeterReading, Session, SessionMeter
from stations.models import ConnectionSpan, Connector, ConnectorState, Gateway, Location, Station, StatusSpan

# A Monday morning in Bishkek.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PRICE = Decimal("15.00")


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


@dataclass
class World:
    """What the tests of charging live in."""

    station: Station
    one: Connector
    two: Connector
    plan: TariffPlan

    def driver(self, balance: str = "1000.00", **fields: Any) -> User:
        """A driver with that much in the wallet."""
        person = User.objects.create_user(email=f"{uuid.uuid4().hex}@example.com", **fields)
        if Decimal(balance):
            top_up(self.wallet(person), balance)
        return person

    def wallet(self, driver: User) -> Wallet:
        """The driver's wallet as it stands."""
        return ledger.wallet_of(user=driver, currency="KGS")

    def card(self, driver: User | None = None, value: str = "CARD-1", **fields: Any) -> IdTag:
        """A card, of that driver."""
        return IdTag.objects.create(value=value, user=driver, **fields)

    def price(self, *rules: TariffRule, **version: Any) -> None:
        """Give the station's plan these rules from long ago on."""
        long_ago = NOW - timedelta(days=365)
        tariffs.publish_version(plan=self.plan, rules=rules, in_force_from=long_ago, at=NOW, **version)

    def say(self, connector: Connector, status: str, *, at: datetime = NOW) -> None:
        """The connector says how it is."""
        ConnectorState.objects.update_or_create(
            station=connector.station,
            number=connector.number,
            defaults={"status": status, "effective_at": at, "received_at": at},
        )
        StatusSpan.objects.filter(station=connector.station, number=connector.number, until=None).update(until=at)
        StatusSpan.objects.create(station=connector.station, number=connector.number, status=status, since=at)

    def go_offline(self, *, at: datetime = NOW) -> None:
        """The station's socket closes."""
        ConnectionSpan.objects.filter(station=self.station, until=None).update(until=at)
        Station.objects.filter(pk=self.station.pk).update(gateway=None)
        self.station.refresh_from_db()

    def request(self, driver: User, *, connector: int | None = 1, at: datetime = NOW, **asked: Any) -> Session:
        """The driver asks for a charge in the app."""
        limits = {"energy_wh": None, "amount": None} | asked
        return lifecycle.request_start(
            driver=driver,
            station=self.station,
            connector_number=connector,
            asked_by=Session.AskedBy.APP,
            at=at,
            **limits,
        )

    def begin(
        self,
        tag: str,
        *,
        at: datetime = NOW,
        connector: Connector | None = None,
        meter_start_wh: int = 1000,
        **said: Any,
    ) -> Began:
        """The station sends a StartTransaction."""
        start = {"started_at": at, "timestamp": at, "received_at": at} | said
        return lifecycle.begin(
            station=self.station, connector=connector or self.one, tag=tag, meter_start_wh=meter_start_wh, **start
        )

    def charging(self, driver: User, *, at: datetime = NOW, **asked: Any) -> Session:
        """A session of the app that runs."""
        requested = self.request(driver, at=at, **asked)
        return self.begin(requested.tag, at=at, connector=requested.connector).session

    def end(self, session: Session, meter_stop_wh: int, *, at: datetime, **said: Any) -> Session | None:
        """The station sends a StopTransaction."""
        stop: dict[str, Any] = {"ocpp_id": session.ocpp_id, "reason": "Local", "tag": "", "stopped_at": at}
        times = {"timestamp": at, "received_at": at}
        return lifecycle.end(station=self.station, meter_stop_wh=meter_stop_wh, **(stop | times | said))

    def read(self, session: Session, register_wh: int, *, at: datetime, power_w: int | None = None) -> None:
        """The station reads its meter: what the journal would write."""
        values = {metering.REGISTER: (register_wh, "Wh"), metering.POWER: (power_w, "W")}
        for measurand, (value, unit) in values.items():
            if value is not None:
                MeterReading.objects.create(
                    part_at=at,
                    session_key=session.pk,
                    station=self.station,
                    number=session.connector.number,
                    at=at,
                    measurand=measurand,
                    location="Outlet",
                    unit=unit,
                    value=value,
                )
        energy_wh = register_wh - (session.meter_start_wh or 0)
        SessionMeter.objects.update_or_create(
            session=session, defaults={"energy_wh": energy_wh, "power_w": power_w, "last_reading_at": at}
        )


def per_kwh(price: str, **fields: Any) -> TariffRule:
    """A price of energy."""
    return TariffRule(name="Energy", dimension=Dimension.PER_KWH, price=Decimal(price), **fields)


def rule(dimension: Dimension, price: str, **fields: Any) -> TariffRule:
    """A price of something else."""
    return TariffRule(name=str(dimension.label), dimension=dimension, price=Decimal(price), **fields)


def top_up(wallet: Wallet, amount: str) -> None:
    """Money comes in."""
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(amount), reference=uuid.uuid4().hex, at=NOW)


def company(name: str = "Fleet") -> Company:
    """A fleet that pays for its drivers."""
    return Company.objects.create(name=name)


def build() -> World:
    """A station in Bishkek, online for the whole day, with two free connectors of 60 kW at 15.00 KGS/kWh."""
    place = Location.objects.create(code="BSK", address="Chuy 1", latitude=Decimal("42.87"), longitude=Decimal("74.59"))
    gateway = Gateway.objects.create(process="test", started_at=NOW, renewed_at=NOW + timedelta(days=30))
    plan = TariffPlan.objects.create(name="Plain")
    station = Station.objects.create(
        code="BSK-01", identity="station-one", location=place, tariff_plan=plan, gateway=gateway, connected_at=NOW
    )
    ConnectionSpan.objects.create(station=station, epoch=station.epoch, since=NOW - minutes(60))
    one, two = (
        Connector.objects.create(station=station, number=number, type=Connector.Type.CCS2, max_power_w=60_000)
        for number in (1, 2)
    )
    world = World(station=station, one=one, two=two, plan=plan)
    world.price(per_kwh(str(PRICE)))
    world.say(one, "Available", at=NOW - minutes(60))
    world.say(two, "Available", at=NOW - minutes(60))
    return world
