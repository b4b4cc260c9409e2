"""The levels at which a price may be set, and where one is asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings

from billing.models import TariffPlan

# In this order: the first with any rule that matches wins whole. A service card's charge has a level of its own.
CLIENT, CONNECTOR, OWN, STATION, DEFAULT = "client", "connector", "own", "station", "default"
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Place:
    """A connector as prices see it: its plans by level, the strongest first; power in W, None where it is unknown."""

    plans: Mapping[str, TariffPlan | None]
    connector_type: str
    power_w: int | None
    time_zone: str

    def named(self) -> Iterator[tuple[str, TariffPlan]]:
        """The plans that it has, with their levels."""
        return ((level, plan) for level, plan in self.plans.items() if plan is not None)

    def currencies(self) -> list[str]:
        """The currencies whose default plan may hold here: first the one it sells in, at last the house's own."""
        sold_in = (plan.currency for _, plan in self.named())
        return list(dict.fromkeys([*sold_in, settings.DEFAULT_CURRENCY]))
