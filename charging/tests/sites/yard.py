"""A yard with a supply: stations that keep what they are told, and cars that come and go."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from charging import lifecycle, profiles, sites
from charging.models import ChargingProfile, Session
from charging.models.sites import SitePlan, SiteShare
from charging.tests.world import NOW
from stations.models import Connector, ConnectorState, Gateway, Location, Station

State, Purpose = ChargingProfile.State, ChargingProfile.Purpose
SIXTEEN_A = 11_040  # W on three phases


@dataclass
class Yard:
    """A location with its stations; time passes as its tests say."""

    location: Location
    gateway: Gateway
    stations: list[Station] = field(default_factory=list)

    def build(self, *, connectors: int = 2, **outlet: Any) -> Station:
        """One more station, online, with so many connectors of 16 A."""
        number = len(self.stations) + 1
        station = Station.objects.create(
            code=f"{self.location.code[:1]}{self.location.code[4:]}-{number}",
            identity=f"{self.location.code}/{number}",
            location=self.location,
            gateway=self.gateway,
            connected_at=NOW - timedelta(hours=1),
        )
        usual = {"type": Connector.Type.TYPE2, "max_power_w": SIXTEEN_A, "phases": 3}
        for n in range(1, connectors + 1):
            Connector.objects.create(station=station, number=n, **usual | outlet)
        self.stations.append(station)
        return station

    def share(self, *, at: datetime = NOW, answer: str = "Accepted", turns: int = 8) -> None:
        """Share the supply until nothing is left to be told; stations give that answer at once."""
        for _ in range(turns):
            if not sites.carry_out(location_id=self.location.pk, at=at):
                return
            self.answer(answer, at=at)

    def answer(self, word: str = "Accepted", *, at: datetime = NOW) -> None:
        """All stations that are online answer what they were sent."""
        asked = ChargingProfile.objects.filter(state=State.REQUESTED, station__gateway__isnull=False)
        for row in asked.order_by("pk"):
            profiles.note_set(row_id=row.pk, word=word, at=at)

    def come(self, station: Station, number: int = 1, *, at: datetime = NOW) -> Session:
        """A car begins to charge."""
        connector = Connector.objects.get(station=station, number=number)
        began = lifecycle.begin(
            station=station,
            connector=connector,
            tag="SOMEBODY",
            started_at=at,
            timestamp=at,
            meter_start_wh=0,
            received_at=at,
        )
        return began.session

    def leave(self, session: Session, *, at: datetime) -> None:
        """It goes away."""
        lifecycle.end(
            station=session.station,
            ocpp_id=session.ocpp_id,
            meter_stop_wh=10,
            stopped_at=at,
            timestamp=at,
            reason="Local",
            tag="",
            received_at=at,
        )

    def lose(self, station: Station) -> None:
        """The station's link is gone."""
        Station.objects.filter(pk=station.pk).update(gateway=None)

    def find(self, station: Station, *, at: datetime) -> None:
        """It is back."""
        Station.objects.filter(pk=station.pk).update(gateway=self.gateway, connected_at=at)

    def say(self, session: Session, status: str, *, at: datetime) -> None:
        """The connector says how it is."""
        said = {"status": status, "effective_at": at, "received_at": at}
        here: dict[str, Any] = {"station": session.station, "number": session.connector.number}
        ConnectorState.objects.update_or_create(**here, defaults=said)

    @property
    def plan(self) -> SitePlan:
        """As it is kept."""
        return SitePlan.objects.get(location=self.location)

    def planned(self) -> list[Any]:
        """What each charge is to have, in the order in which they began."""
        return list(SiteShare.objects.order_by("session_id").values_list("planned_a", flat=True))

    def in_force(self) -> list[Any]:
        """What each charge may take as confirmed, in the same order."""
        return list(SiteShare.objects.order_by("session_id").values_list("in_force_a", flat=True))

    def kept(self, purpose: str = Purpose.TX) -> list[Any]:
        """The limits that stations keep, by connector."""
        rows = ChargingProfile.objects.filter(state=State.APPLIED, purpose=purpose).order_by("station", "number")
        return [_limit(row) for row in rows]

    def under_way(self, purpose: str = Purpose.TX) -> list[Any]:
        """The limits that were sent and are not answered, by connector."""
        rows = ChargingProfile.objects.filter(state=State.REQUESTED, purpose=purpose).order_by("station", "number")
        return [_limit(row) for row in rows]


def _limit(row: ChargingProfile) -> Decimal:
    return Decimal(str(row.document["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"]))


def build(code: str = "YARD", *, limit_a: int = 64, stations: int = 4, connectors: int = 2, **outlet: Any) -> Yard:
    """By default a supply for four cars with eight connectors of 16 A, none of which has heard anything yet."""
    place = Location.objects.create(
        code=code,
        address="Chuy 2",
        latitude=Decimal("42.87"),
        longitude=Decimal("74.59"),
        supply_limit_a=limit_a,
        shares_supply=True,
    )
    gateway = Gateway.objects.create(process="test", started_at=NOW, renewed_at=NOW + timedelta(days=30))
    yard = Yard(place, gateway)
    for _ in range(stations):
        yard.build(connectors=connectors, **outlet)
    return yard
