"""Prices before charging, as drivers see them: the rates that hold now, and what so much energy and time would cost."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from billing.models import PromoCode
from billing.pricing import Line, Price, Terms, estimate, next_change, rates_at
from billing.tariffs import Client
from billing.terms import Rule
from billing.windows import best
from drivepower.core.money import plain, plain_rate
from drivepower.core.refusals import Refusal
from stations.models import Connector, Station
from stations.prices import all_terms, terms_for

# What a line counts, as drivers read it: so many of pricing's units make one of these.
SHOWN_UNITS = {"Wh": (1000, "kWh"), "s": (60, "min"), "pc": (1, "pc")}


def connector_of(station: Station, number: int | None) -> Connector:
    """The connector of that number, or the first; Refusal connector_not_found."""
    for connector in station.connectors.all():
        if connector.number == number or (number is None and connector.number > 0):
            return connector
    raise Refusal("connector_not_found", "This station has no such connector.")


def quote(
    *,
    connector: Connector,
    energy_wh: int,
    duration: timedelta,
    client: Client,
    promo: PromoCode | None,
    at: datetime,
) -> dict[str, Any]:
    """What that much energy, drawn evenly over that time from now, would cost; Refusal no_price, invalid_code."""
    terms = terms_for(connector=connector, client=client, promo=promo, at=at)
    if terms is None:
        raise Refusal("no_price", "This connector has no price yet.")
    price = estimate(terms, starts_at=at, energy_wh=energy_wh, duration=duration)
    return {
        "station_id": connector.station.code,
        "connector_id": connector.number,
        **show_price(price),
        "tariff": show_tariff(terms, at=at),
    }


def show_price(price: Price) -> dict[str, Any]:
    """A price with its lines; money as text in the currency's decimals."""
    return {
        "currency": price.currency,
        "total": plain(price.gross, price.currency),
        "net": plain(price.net, price.currency),
        "tax": plain(price.tax, price.currency),
        "lines": [show_line(line, price.currency) for line in price.lines],
    }


def show_line(line: Line, currency: str) -> dict[str, Any]:
    """One line: quantity in kWh, minutes or pieces."""
    per_unit, unit = SHOWN_UNITS[line.unit]
    return {
        "dimension": line.dimension,
        "rule": line.rule_name,
        "quantity": float(line.quantity / per_unit),
        "unit": unit,
        "unit_price": plain_rate(line.unit_price, currency),
        "net": plain(line.net, currency),
        "tax": plain(line.tax, currency),
        "total": plain(line.gross, currency),
        "starts_at": line.starts_at,
        "ends_at": line.ends_at,
    }


def show_tariff(terms: Terms, *, at: datetime) -> dict[str, Any]:
    """The rates per dimension now, the rule of the energy rate (else of the first), and when a rate changes next."""
    rates, leading = rates_at(terms, at), leading_rule(terms, at=at)
    return {
        "currency": terms.currency,
        "rates": {dimension: plain_rate(rate, terms.currency) for dimension, rate in rates.items()},
        "rule": leading.name if leading else None,
        "next_rate_change": next_change(terms, at),
    }


def leading_rule(terms: Terms, *, at: datetime) -> Rule | None:
    """The rule that sets the energy rate now; where energy costs nothing, that of the first rate there is."""
    dimension = next(iter(rates_at(terms, at)), "")
    return best(terms.rules_for(dimension), at.astimezone(ZoneInfo(terms.time_zone)))


def tariffs_of(station: Station, *, client: Client, at: datetime) -> dict[int, dict[str, Any] | None]:
    """The tariff of each connector by its number, in a constant number of queries."""
    connectors = [connector for connector in station.connectors.all() if connector.number > 0]
    terms = all_terms(connectors=connectors, client=client, at=at)
    shown = {key: show_tariff(found, at=at) if found else None for key, found in terms.items()}
    return {connector.number: shown[connector.pk] for connector in connectors}
