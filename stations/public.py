"""How stations and locations look to everyone: by code and connector number, never by OCPP identity or key."""

from collections import Counter
from collections.abc import Container
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from drivepower.core import switches
from stations.models import Connector, ConnectorState, Location, Station
from stations.models.state import FREE, IN_USE

UNKNOWN = "Unknown"
# What a connector is called while work on it is under way, whatever its station says.
UNDER_WORK = "maintenance"


def show_station(station: Station, *, at: datetime) -> dict[str, Any]:
    """A station in a list; loaded by StationQuerySet.with_live_state."""
    return {
        "station_id": station.code,
        "vendor": station.vendor,
        "model": station.model,
        "location": show_place(station.location) if station.location else None,
        **show_live(station, at=at),
        **show_distance(station),
    }


def show_live(station: Station, *, at: datetime) -> dict[str, Any]:
    """Whether it is online, when it was last heard, and how its connectors are."""
    seen = getattr(station, "seen", None)
    return {
        "online": station.is_online(at=at),
        "last_heartbeat_at": seen.last_heartbeat_at if seen else None,
        "connectors": show_connectors(station, at=at),
    }


def show_connectors(station: Station, *, at: datetime) -> list[dict[str, Any]]:
    """Its connectors in order, as last heard; one of a station that is offline is not available."""
    states = {state.number: state for state in station.connector_states.all()}
    online = station.is_online(at=at)
    closed = {work.number for work in getattr(station, "works", []) if work.ends_at is None or work.ends_at > at}
    return [
        show_connector(
            connector,
            states.get(connector.number),
            online=online,
            closed=closed,
        )
        for connector in station.connectors.all()
        if connector.number > 0
    ]


def show_connector(
    connector: Connector, state: ConnectorState | None, *, online: bool, closed: Container[int | None]
) -> dict[str, Any]:
    """A connector by its OCPP number; power in kW, error only where there is one."""
    error = state.error_code if state else ""
    status = show_status(state.status if state else UNKNOWN, number=connector.number, closed=closed)
    return {
        "id": connector.number,
        "type": connector.type,
        "status": status,
        "available": online and status == FREE,
        "power_kw": connector.max_power_w / 1000 if connector.max_power_w else None,
        "error": None if error in ("", "NoError") else error,
    }


def show_status(status: str, *, number: int, closed: Container[int | None]) -> str:
    """What a connector is called; `closed` are the station's connectors under work, None where all of it is.

    Work does not hide a charge that still runs.
    """
    return UNDER_WORK if status not in IN_USE and (number in closed or None in closed) else status


def show_place(location: Location) -> dict[str, Any]:
    """Where it is, in the reader's language."""
    return {
        "location_id": location.code,
        "name": location.name_in(get_language() or "en"),
        "address": location.address,
        "directions": location.directions,
        "latitude": float(location.latitude),
        "longitude": float(location.longitude),
        "time_zone": location.time_zone,
        "notice": location.notice_in(get_language() or "en") or None,
        "starts_paused": location.starts_paused or not switches.is_on(switches.STARTS),
    }


def show_distance(row: Station | Location) -> dict[str, Any]:
    """The distance, where a search near a point measured it."""
    distance = getattr(row, "distance_km", None)
    return {} if distance is None else {"distance_km": round(distance, 2)}


def show_location(location: Location, stations: list[dict[str, Any]]) -> dict[str, Any]:
    """A location with the sum of its public stations, each of them as `show_live` tells of it."""
    connectors = [connector for station in stations for connector in station["connectors"]]
    return {
        **show_place(location),
        "status": sum_up(stations),
        "connectors_total": len(connectors),
        "connectors_available": sum(connector["available"] for connector in connectors),
        **show_distance(location),
    }


def show_location_whole(location: Location, *, at: datetime) -> dict[str, Any]:
    """A location with each of its public stations, which are loaded by StationQuerySet.with_live_state."""
    stations = [{"station_id": station.code, **show_live(station, at=at)} for station in location.stations.all()]
    return {**show_location(location, stations), "stations": stations}


def sum_up(stations: list[dict[str, Any]]) -> str:
    """available (all connectors free), partial (some), occupied, maintenance (none works), offline."""
    online = [station for station in stations if station["online"]]
    if not online:
        return "offline"
    statuses = Counter(connector["status"] for station in online for connector in station["connectors"])
    if not statuses[FREE]:
        return "occupied" if statuses.keys() & IN_USE else "maintenance"
    everywhere = len(online) == len(stations) and statuses[FREE] == statuses.total()
    return "available" if everywhere else "partial"
