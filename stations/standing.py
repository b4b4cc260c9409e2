"""How many places stand at once, without building every station and connector of theirs as an object."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from stations.maintenance import holding
from stations.models import Connector, ConnectorState, Location, Station
from stations.models.state import FREE
from stations.public import UNKNOWN, show_status


def stand(places: Iterable[Location], *, at: datetime) -> dict[int, list[dict[str, Any]]]:
    """Each place's public stations as `show_live` tells of them, so far as their sum needs it; five queries."""
    stations = Station.objects.public().filter(location__in=[place.pk for place in places])
    keys = stations.values("pk")
    states = ConnectorState.objects.filter(station__in=keys)
    statuses = {
        (station, number): status for station, number, status in states.values_list("station", "number", "status")
    }
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for station, number in Connector.objects.filter(station__in=keys, number__gt=0).values_list("station", "number"):
        numbers[station].append(number)
    closed: defaultdict[int, set[int | None]] = defaultdict(set)
    for station, part in holding(at=at).filter(station__in=keys).values_list("station", "number"):
        closed[station].add(part)
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    reached = set(stations.online(at=at).values_list("pk", flat=True))
    for station, place in stations.values_list("pk", "location"):
        online = station in reached
        shown = [
            show_status(statuses.get((station, number), UNKNOWN), number=number, closed=closed[station])
            for number in numbers[station]
        ]
        connectors = [{"status": status, "available": online and status == FREE} for status in shown]
        found[place].append({"online": online, "connectors": connectors})
    return found
