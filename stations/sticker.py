"""What a connector costs now, in words for people who stand before it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format

from billing import pricing
from billing.models.tariffs import Dimension
from drivepower.core.clocks import offset
from drivepower.core.money import plain_rate
from stations.models import Connector
from stations.prices import terms_for


@dataclass(frozen=True)
class Rates:
    """Each rate with what it is for; until when they hold by the clock of the place, "" where they do not change."""

    lines: list[tuple[Any, str]]
    tax_included: bool
    changes_at: str


def rates_now(connector: Connector, *, at: datetime) -> Rates | None:
    """What everybody pays there now; None where there is no price."""
    terms = terms_for(connector=connector, at=at)
    if terms is None:
        return None
    rates = pricing.rates_at(terms, at)
    lines = [
        (Dimension(dimension).label, f"{readable(rate, terms.currency)} {terms.currency}")
        for dimension, rate in rates.items()
    ]
    change, zone = pricing.next_change(terms, at), ZoneInfo(terms.time_zone)
    return Rates(lines, terms.tax_included, clock(change.astimezone(zone), "SHORT_DATETIME_FORMAT") if change else "")


def clock(local: datetime, form: str) -> str:
    """A time of the place with how far it is from UTC: its reader may be elsewhere, and some times come twice."""
    return f"{date_format(local, form)} ({offset(local)})"


def readable(rate: Decimal, currency: str) -> str:
    """An amount with the decimals that it needs, as the reader's language writes it."""
    return number_format(Decimal(plain_rate(rate, currency)), use_l10n=True)
