"""Whose price holds at a connector, and a station's own price, which is a private plan."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import structlog
from django.conf import settings
from django.db import transaction

from billing import tariffs
from billing.models import Dimension, PromoCode, TariffPlan, TariffRule, TariffVersion
from billing.pricing import Terms
from billing.tariffs import NOBODY, Client, Place, VersionFields
from drivepower.core.refusals import Refusal
from stations.models import Connector, Station

log = structlog.stdlib.get_logger(__name__)


def terms_for(
    *, connector: Connector, at: datetime, client: Client = NOBODY, promo: PromoCode | None = None
) -> Terms | None:
    """The price terms of a connector then, for that client: what was agreed with it, the connector's own plan, the
    station's own price, the station's plan, the default. Times are the location's.

    None where nothing has a price; Refusal invalid_code for a promo code of another currency.
    """
    return tariffs.find_terms(place=place_of(connector), at=at, client=client, promo=promo)


def all_terms(*, connectors: Iterable[Connector], at: datetime, client: Client = NOBODY) -> dict[int, Terms | None]:
    """The price terms of each connector by its key; as many queries for many as for one."""
    asked = list(connectors)
    found = tariffs.find_many(places=[place_of(connector) for connector in asked], at=at, client=client)
    return {connector.pk: terms for connector, terms in zip(asked, found, strict=True)}


def free_terms(*, connector: Connector) -> Terms:
    """The terms of a charge there that costs nothing."""
    return tariffs.free_terms(time_zone=time_zone_of(connector.station))


def place_of(connector: Connector) -> Place:
    """The connector as prices see it."""
    station = connector.station
    return Place(
        plans={
            tariffs.CONNECTOR: connector.tariff_plan,
            tariffs.OWN: station.own_plan,
            tariffs.STATION: station.tariff_plan,
        },
        connector_type=connector.type,
        power_w=connector.max_power_w,
        time_zone=time_zone_of(station),
    )


def time_zone_of(station: Station) -> str:
    """Its location's, or the house's for one without a place."""
    return station.location.time_zone if station.location else settings.DEFAULT_LOCATION_TIME_ZONE


@transaction.atomic
def set_own_price(
    *, station: Station, per_kwh: Decimal, session_fee: Decimal, by: str, reason: str, at: datetime
) -> TariffVersion:
    """Sell at the station for its own price from now on, whatever plan it has: its private plan's next version.

    Prices are in the currency and with the tax of the own price before, else of the station's plan, else of the
    default one. Refusal invalid_parameters for a price below 0.
    """
    if min(per_kwh, session_fee) < 0:
        raise Refusal("invalid_parameters", "A price is not below 0.")
    kept = _lock(station)
    before = version_before(kept, at=at)
    plan = _private_plan(kept, before)
    rules = [TariffRule(name="Energy", dimension=Dimension.PER_KWH, price=per_kwh)]
    if session_fee:
        rules.append(TariffRule(name="Session fee", dimension=Dimension.SESSION_FEE, price=session_fee))
    version = tariffs.publish_version(plan=plan, rules=rules, at=at, **_fields(before, by=by, reason=reason))
    Station.objects.filter(pk=station.pk).update(own_plan=plan)
    station.own_plan = plan
    return version


@transaction.atomic
def clear_own_price(*, station: Station, by: str, reason: str, at: datetime) -> bool:
    """Sell at the station by its plan again; the private plan stays for the charges that know it.

    False: it had none.
    """
    had = _lock(station).own_plan
    Station.objects.filter(pk=station.pk).update(own_plan=None)
    station.own_plan = None
    if had is not None:
        log.info("own price cleared", station=station.code, plan=had.name, by=by, reason=reason, at=at.isoformat())
    return had is not None


def _lock(station: Station) -> Station:
    rows = Station.objects.select_for_update(no_key=True, of=("self",)).select_related("own_plan", "tariff_plan")
    return rows.get(pk=station.pk)


def _private_plan(station: Station, before: TariffVersion | None) -> TariffPlan:
    """The plan of its own price, else the one that it had when it last had one, else a new one in its currency.

    A plan that an operator has given to others too is nobody's own.
    """
    own = station.own_plan
    if own is not None and own.is_private and not Station.objects.filter(own_plan=own).exclude(pk=station.pk).exists():
        return own
    currency = before.plan.currency if before else settings.DEFAULT_CURRENCY
    name = f"{station.code} #{station.pk} ({currency})"
    return TariffPlan.objects.get_or_create(name=name, defaults={"currency": currency, "is_private": True})[0]


def version_before(station: Station, *, at: datetime) -> TariffVersion | None:
    """The version whose currency and tax an own price takes over."""
    default = TariffPlan.objects.filter(is_default=True, currency=settings.DEFAULT_CURRENCY).first()
    for plan in (station.own_plan, station.tariff_plan, default):
        held = plan and plan.versions.filter(in_force_from__lte=at).order_by("-in_force_from", "-number").first()
        if held:
            return held
    return None


def _fields(before: TariffVersion | None, *, by: str, reason: str) -> VersionFields:
    said: VersionFields = {"made_by": by, "reason": reason}
    if before is None:
        return said
    tax: VersionFields = {
        "tax_name": before.tax_name,
        "tax_percent": before.tax_percent,
        "tax_included": before.tax_included,
    }
    return said | tax
