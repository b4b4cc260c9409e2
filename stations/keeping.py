"""What of a station not everybody may write who may change stations: its price, and whether it is in use for good."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from drivepower.core.refusals import Refusal
from stations.models import Connector, Station

RETIRED = Station.ServiceState.RETIRED


def may_price(person: Any) -> bool:
    """Prices are for those who keep tariff plans."""
    return bool(person.has_perm("billing.change_tariffplan"))


def may_retire(person: Any) -> bool:
    """What leaves a place for good, or comes back to it, is for those who keep places."""
    return bool(person.has_perm("stations.change_location"))


def refuse_beyond(person: User, row: Station | Connector, said: Mapping[str, Any]) -> None:
    """Refusal access_denied for a plan, or a retirement, that is new and not that person's to write."""
    if "tariff_plan" in said and said["tariff_plan"] != row.tariff_plan and not may_price(person):
        raise Refusal("access_denied", "You may not set prices.", {"field": "tariff_plan_id"})
    if isinstance(row, Station) and "service_state" in said and not may_retire(person):
        before, after = row.service_state, said["service_state"]
        if before != after and RETIRED in (before, after):
            raise Refusal("access_denied", "You may not retire stations.", {"field": "service_state"})
