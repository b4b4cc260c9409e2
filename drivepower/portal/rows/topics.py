"""Which lists move, which of their cells, and which rings of the portal concern them."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin


@dataclass(frozen=True)
class Topic:
    """A list by its model; `what` are the rings that move it (a ring that names nothing moves all)."""

    model: str
    cells: tuple[str, ...]
    what: frozenset[str]
    by_events: bool = False

    @property
    def page(self) -> Any:
        """The admin page whose list it is."""
        return admin.site._registry[apps.get_model(self.model)]


# By the name that a page's `live_rows` gives.
TOPICS = {
    "station": Topic(
        "stations.Station",
        ("online", "connector_statuses", "service_state", "firmware", "last_seen"),
        frozenset({"stations", "connectors"}),
    ),
    "connector": Topic("stations.Connector", ("status",), frozenset({"stations", "connectors"})),
    "session": Topic(
        "charging.Session", ("badge", "energy", "power", "cost", "duration", "who"), frozenset({"sessions"})
    ),
    "command": Topic(
        "stations.Command", ("outcome", "effect", "reason", "answered_at"), frozenset({"commands"}), by_events=True
    ),
    "alert": Topic(
        "core.Alert", ("count", "last_at", "acknowledged_by", "resolved_at"), frozenset({"alerts"}), by_events=True
    ),
}
