"""Stations that stand at a square in Bishkek, as the jobs of the guide find them."""

from typing import Any

from stations.models import Connector, Location, Station
from stations.registry import issue_key
from stations.tests.world import location, plan

SQUARE = "ALA-TOO"


def square() -> Location:
    """The place, with a price."""
    known = Location.objects.filter(code=SQUARE).first()
    if known is None:
        plan()
        known = location(SQUARE)
    return known


def stand(code: str, **fields: Any) -> str:
    """A station of that code and one connector, whose identity is `CP` and the code; its key."""
    made = Station.objects.create(code=code, identity=f"CP-{code}", location=square(), **fields)
    Connector.objects.create(station=made, number=1, type=Connector.Type.CCS2, max_power_w=60_000)
    return issue_key(station=made)
