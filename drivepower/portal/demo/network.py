"""The demo's locations, stations and connectors as rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Company
from billing.models import TariffPlan
from drivepower.portal.demo.hardware import MACHINES, Machine, Plug
from drivepower.portal.demo.places import PLACES
from stations.models import Connector, Location, Station


@dataclass(frozen=True)
class Network:
    """Stations and connectors by what they are in the plan."""

    stations: dict[int, Station]
    connectors: dict[tuple[int, int], Connector]

    def connector(self, machine: Machine, plug: Plug) -> Connector:
        """The row of that connector, its station and location at hand."""
        return self.connectors[machine.number, plug.number]


def make_network(*, plans: Mapping[str, TariffPlan], host: Company, at: datetime) -> Network:
    """Make all of it; keys are issued when the plan file is written."""
    stations = make_stations(make_locations(host), plans)
    connectors = Connector.objects.bulk_create(
        Connector(
            station=stations[machine.number],
            number=plug.number,
            type=plug.type,
            max_power_w=plug.max_power_w,
            phases=plug.phases,
        )
        for machine in MACHINES
        for plug in machine.model.plugs
    )
    Location.objects.update(created_at=at)
    Station.objects.update(created_at=at)
    keys = [(machine.number, plug.number) for machine in MACHINES for plug in machine.model.plugs]
    return Network(stations, dict(zip(keys, connectors, strict=True)))


def make_stations(locations: Mapping[str, Location], plans: Mapping[str, TariffPlan]) -> dict[int, Station]:
    """The stations by number."""
    rows = Station.objects.bulk_create(
        Station(
            code=machine.code,
            identity=machine.identity,
            location=locations[machine.place.code],
            vendor=machine.model.vendor,
            model=machine.model.name,
            serial=machine.serial,
            firmware=machine.model.firmware,
            tariff_plan=plans.get(machine.plan),
        )
        for machine in MACHINES
    )
    return {machine.number: row for machine, row in zip(MACHINES, rows, strict=True)}


def make_locations(host: Company) -> dict[str, Location]:
    """The places by code."""
    rows = Location.objects.bulk_create(
        Location(
            code=place.code,
            name={"en": place.en, "ru": place.ru},
            address=place.address,
            latitude=place.latitude,
            longitude=place.longitude,
            time_zone="Asia/Bishkek",
            host=host if place.hosted else None,
        )
        for place in PLACES
    )
    return {row.code: row for row in rows}
