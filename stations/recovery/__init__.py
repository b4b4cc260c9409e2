"""From a rule to a command to the sight that it has helped, and to a person where it has not (product.md F20)."""

from stations.recovery.climbing import Busy, climb
from stations.recovery.places import Place, places_of
from stations.recovery.watching import watch_connectors

__all__ = ["Busy", "Place", "climb", "places_of", "watch_connectors"]
