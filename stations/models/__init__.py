"""Hardware and its conversation."""

from stations.models.commands import Command
from stations.models.network import Connector, Gateway, Knock, Station
from stations.models.places import Location
from stations.models.state import ConnectionSpan, ConnectorState, StationSeen, StatusSpan

__all__ = [
    "Command",
    "ConnectionSpan",
    "Connector",
    "ConnectorState",
    "Gateway",
    "Knock",
    "Location",
    "Station",
    "StationSeen",
    "StatusSpan",
]
