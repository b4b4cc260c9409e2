"""Whose price holds at a connector."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings

from billing import tariffs
from billing.pricing import Terms
from stations.models import Connector


def terms_for(*, connector: Connector, at: datetime, discount_percent: Decimal = Decimal(0)) -> Terms | None:
    """The price terms of a connector now: its own plan, the station's own price, the station's plan, the default.

    Times are the location's. None where nothing has a price.
    """
    station = connector.station
    return tariffs.find_terms(
        plans=[connector.tariff_plan, station.own_plan, station.tariff_plan],
        connector_type=connector.type,
        power_w=connector.max_power_w,
        time_zone=station.location.time_zone if station.location else settings.DEFAULT_LOCATION_TIME_ZONE,
        discount_percent=discount_percent,
        at=at,
    )
