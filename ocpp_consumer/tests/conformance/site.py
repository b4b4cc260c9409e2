"""What one case lives in: a station of its own, a driver with a card and money, and one price."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from accounts.models import IdTag, User
from billing import ledger, tariffs
from billing.models import Dimension, Hold, TariffPlan, TariffRule, Wallet
from charging import settlement
from charging.models import Session
from ocpp_consumer.tests.server import basic
from stations import registry
from stations.models import Connector, ConnectorState, Location, Station

PRICE = Decimal("15.00")
MONEY = Decimal("1000.00")
POWER_W = 360_000


@dataclass(frozen=True)
class Site:
    """A station by its key in the table, and what its driver has."""

    station_id: int
    identity: str
    key: str
    serial: str
    driver: User
    card: str

    @property
    def address(self) -> str:
        """Where its sockets come from: an address of this machine that is no other station's, nor the proxy's."""
        return f"127.1.{self.station_id % 65536 >> 8}.{self.station_id % 256}"

    @property
    def path(self) -> str:
        """The identity as it ends the station's address."""
        return quote(self.identity, safe="")

    @property
    def station(self) -> Station:
        """The station as it stands."""
        return Station.objects.get(pk=self.station_id)

    def credentials(self, key: str | bytes | None = None) -> dict[str, str]:
        """The header that lets the station in; none with an empty key."""
        return {} if key == "" else basic(self.identity, self.key if key is None else key)

    def alter(self, **fields: Any) -> None:
        """An operator changes the station."""
        Station.objects.filter(pk=self.station_id).update(**fields)

    def status(self, number: int) -> str:
        """How a connector stands, or nothing."""
        found = ConnectorState.objects.filter(station=self.station_id, number=number).first()
        return found.status if found else ""

    def session(self, transaction: int) -> Session:
        """The session that the station knows by that number."""
        return Session.objects.get(station=self.station_id, ocpp_id=str(transaction))

    def sessions(self) -> list[Session]:
        """All of the station, oldest first."""
        return list(Session.objects.filter(station=self.station_id).order_by("pk"))

    def wallet(self) -> Wallet:
        """The driver's money."""
        return ledger.wallet_of(user=self.driver, currency="KGS")

    def pays(self, transaction: int, *, energy_wh: int, reason: str = "Local") -> Session:
        """Settle a session that has ended: its energy at the plain price, and nothing held or doubted any more."""
        settlement.settle(session_id=self.session(transaction).pk, at=datetime.now(UTC))
        session = self.session(transaction)
        assert (session.state, session.findings) == (Session.State.SETTLED, [])
        assert (session.billed_energy_wh, session.stop_reason) == (energy_wh, reason)
        cost = PRICE * energy_wh / 1000
        assert [one.total for one in session.settlements.all()] == [cost]
        assert (self.wallet().balance, self.wallet().held) == (MONEY - cost, 0)
        return session

    def pays_nothing(self) -> None:
        """No session has cost or holds anything."""
        assert (self.wallet().balance, self.wallet().held) == (MONEY, 0)
        assert not Hold.objects.filter(wallet=self.wallet(), state=Hold.State.ACTIVE).exists()


def make_site(identity: str = "", **fields: Any) -> Site:
    """A station with two connectors at 15.00 KGS/kWh, and a driver with 1000 KGS and a card."""
    mark = uuid.uuid4().hex[:10].upper()
    serial = f"SN-{mark}"
    plan = TariffPlan.objects.create(name=f"Plain {mark}")
    rule = TariffRule(name="Energy", dimension=Dimension.PER_KWH, price=PRICE)
    at = datetime.now(UTC)
    tariffs.publish_version(plan=plan, rules=[rule], in_force_from=at - timedelta(days=7), at=at)
    place = Location.objects.create(code=mark, address="Chuy 1", latitude=Decimal("42.87"), longitude=Decimal("74.59"))
    station = Station.objects.create(
        code=f"T-{mark}", identity=identity or f"CP-{mark}", location=place, tariff_plan=plan, **fields
    )
    for number in (1, 2):
        Connector.objects.create(station=station, number=number, type=Connector.Type.CCS2, max_power_w=POWER_W)
    driver = User.objects.create_user(email=f"{mark.lower()}@example.com")
    wallet = ledger.wallet_of(user=driver, currency="KGS")
    ledger.top_up(wallet=wallet, provider="sandbox", amount=MONEY, reference=mark, at=at)
    IdTag.objects.create(value=f"CARD{mark}", user=driver)
    key = registry.issue_key(station=station)
    return Site(station.pk, station.identity, key, serial, driver, f"CARD{mark}")


def make_card(site: Site, **fields: Any) -> str:
    """Another card of the site's driver."""
    value = f"X{uuid.uuid4().hex[:12].upper()}"
    IdTag.objects.create(value=value, user=site.driver, **fields)
    return value
