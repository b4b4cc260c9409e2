"""What a connector is good for now, by what it last said and whether its station is heard."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from stations.lacking import NOT_IN_USE
from stations.models import Connector, ConnectorState
from stations.models.network import LEASE


class Condition(StrEnum):
    """From best to worst news."""

    FREE = "free"
    CHARGING = "charging"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    OFFLINE = "offline"
    FAULTED = "faulted"


NAMES: dict[Condition, Any] = {
    Condition.FREE: _("free"),
    Condition.CHARGING: _("charging"),
    Condition.BUSY: _("in use"),
    Condition.UNAVAILABLE: _("unavailable"),
    Condition.UNKNOWN: _("not known"),
    Condition.OFFLINE: _("offline"),
    Condition.FAULTED: _("faulted"),
}
OF_STATUS = {
    "Available": Condition.FREE,
    "Charging": Condition.CHARGING,
    "Preparing": Condition.BUSY,
    "SuspendedEV": Condition.BUSY,
    "SuspendedEVSE": Condition.BUSY,
    "Finishing": Condition.BUSY,
    "Reserved": Condition.BUSY,
    "Unavailable": Condition.UNAVAILABLE,
    "Faulted": Condition.FAULTED,
}


def condition_of(status: str | None, *, online: bool) -> Condition:
    """What a status (OCPP 1.6, 7.7) means to someone who wants to charge; the last word of a silent station counts
    only when it was a fault."""
    known = OF_STATUS.get(status or "", Condition.UNKNOWN)
    return known if online or known is Condition.FAULTED else Condition.OFFLINE


def in_condition(connectors: "QuerySet[Connector]", condition: Condition, *, at: datetime) -> "QuerySet[Connector]":
    """Those of stations in use that are so, as `condition_of` says of each."""
    newest = ConnectorState.objects.filter(station=OuterRef("station"), number=OuterRef("number"))
    said = connectors.alias(said=Subquery(newest.values("status"))).filter(number__gt=0)
    in_use = said.exclude(station__service_state__in=NOT_IN_USE)
    is_online = Q(station__gateway__renewed_at__gt=at - LEASE)
    if condition is Condition.FAULTED:
        return in_use.filter(said__in=statuses_of(condition))
    if condition is Condition.OFFLINE:
        is_silent = Q(station__gateway=None) | Q(station__gateway__renewed_at__lte=at - LEASE)
        is_faulted = Q(said__in=statuses_of(Condition.FAULTED))
        return in_use.filter(is_silent).filter(Q(said=None) | ~is_faulted)
    if condition is Condition.UNKNOWN:
        return in_use.filter(is_online).filter(Q(said=None) | ~Q(said__in=list(OF_STATUS)))
    return in_use.filter(is_online, said__in=statuses_of(condition))


def statuses_of(condition: Condition) -> list[str]:
    """The words of the specification that mean it."""
    return [status for status, meant in OF_STATUS.items() if meant is condition]
