"""What stations lack, and which are silent or broken: asked alike by counts and by the lists behind them."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.models import TariffPlan
from stations.models import Connector, ConnectorState, Station
from stations.models.network import LEASE, StationQuerySet

# Nobody charges at these, whatever they lack.
NOT_IN_USE = (Station.ServiceState.PLANNED, Station.ServiceState.RETIRED)
WITH_KEYS = (Station.SecurityProfile.BASIC, Station.SecurityProfile.TLS_BASIC)
FAULTED = "Faulted"


def in_use(stations: StationQuerySet) -> StationQuerySet:
    """Those that stand somewhere and are not given up."""
    found: StationQuerySet = stations.exclude(service_state__in=NOT_IN_USE)
    return found


def without_price(stations: StationQuerySet) -> StationQuerySet:
    """Those in use with a connector that no plan prices: neither its own, nor the station's, nor a default."""
    default = TariffPlan.objects.filter(is_default=True, currency=settings.DEFAULT_CURRENCY)
    unpriced = Connector.objects.filter(station=OuterRef("pk"), number__gt=0, tariff_plan=None)
    found: StationQuerySet = in_use(stations).filter(
        ~Exists(default), Exists(unpriced), own_plan=None, tariff_plan=None
    )
    return found


def without_place(stations: StationQuerySet) -> StationQuerySet:
    """Those in use that are on no map."""
    found: StationQuerySet = in_use(stations).filter(location=None)
    return found


def without_key(stations: StationQuerySet) -> StationQuerySet:
    """Those in use whose security profile asks for a key that was never issued."""
    found: StationQuerySet = in_use(stations).filter(key_hash="", security_profile__in=WITH_KEYS)
    return found


def online(stations: StationQuerySet, *, at: datetime) -> StationQuerySet:
    """Those in use that hold a socket."""
    return in_use(stations).online(at=at)


def offline(stations: StationQuerySet, *, at: datetime) -> StationQuerySet:
    """Those in use that hold none."""
    silent = Q(gateway=None) | Q(gateway__renewed_at__lte=at - LEASE)
    found: StationQuerySet = in_use(stations).filter(silent)
    return found


def faulted(connectors: "QuerySet[Connector]") -> "QuerySet[Connector]":
    """Those of stations in use that say of themselves that they are broken."""
    says = ConnectorState.objects.filter(station=OuterRef("station"), number=OuterRef("number"), status=FAULTED)
    return connectors.filter(Exists(says), number__gt=0).exclude(station__service_state__in=NOT_IN_USE)
