"""Which terms a charge gets: the first level with any rule that matches wins whole, with the rules that fit it.

Levels: what was agreed with the client, the connector's plan, the station's own price, the station's plan, the default
plan of the currency that it sells in, else of the house's own.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from billing import promos
from billing.models import ClientTariff, PromoCode, TariffRule, TariffVersion
from billing.pricing import PER_KWH, Rule, Terms
from billing.tariffs.clients import NOBODY, Client, agreed_with
from billing.tariffs.levels import CLIENT, DEFAULT, Place
from billing.tariffs.shelf import Shelf, read_shelf
from billing.windows import best

AGREED_RATE = "Agreed rate"
NO_DISCOUNT = Decimal(0)


class Offer(NamedTuple):
    """A version at its level, with the discount that it would be sold at."""

    level: str
    version: TariffVersion
    discount_percent: Decimal


def find_terms(*, place: Place, at: datetime, client: Client = NOBODY, promo: PromoCode | None = None) -> Terms | None:
    """The terms of a charge that starts there and then; None: nothing has a price. Refuses invalid_code for a promo
    code whose amounts are in another currency.
    """
    [terms] = find_many(places=[place], at=at, client=client)
    return _with_promo(terms, promo)


def find_by(
    *,
    version: TariffVersion,
    rules: Sequence[TariffRule],
    place: Place,
    at: datetime,
    client: Client = NOBODY,
    promo: PromoCode | None = None,
) -> Terms | None:
    """The same, were this version of these rules, saved or not, what its plan says then; of rules of one priority that
    are not saved the later one is the younger.
    """
    agreed = agreed_with(client, at=at)
    plans = [plan for _, plan in place.named()]
    if agreed is not None and agreed.plan is not None:
        plans.append(agreed.plan)
    shelf = read_shelf(plans, currencies=place.currencies(), at=at)
    shelf.versions[version.plan_id] = version
    if version.plan.is_default:
        shelf.defaults[version.plan.currency] = version
    shelf.rules[version.pk] = numbered(rules)
    return _with_promo(_find(place, client, agreed, shelf, at=at), promo)


def numbered(rules: Sequence[TariffRule]) -> list[TariffRule]:
    """The rules, those that are not saved under numbers of their order, since age decides between equals."""
    found = []
    for age, rule in enumerate(rules, 1):
        row = copy(rule)
        row.pk = rule.pk or age
        found.append(row)
    return found


def _with_promo(terms: Terms | None, promo: PromoCode | None) -> Terms | None:
    if terms is None or promo is None:
        return terms
    return replace(terms, promo=promos.as_value(promo, currency=terms.currency))


def find_many(*, places: Sequence[Place], at: datetime, client: Client = NOBODY) -> list[Terms | None]:
    """The terms at each of these places; the number of queries does not grow with them."""
    agreed = agreed_with(client, at=at)
    plans = [plan for place in places for _, plan in place.named()]
    if agreed is not None and agreed.plan is not None:
        plans.append(agreed.plan)
    currencies = {currency for place in places for currency in place.currencies()}
    shelf = read_shelf(plans, currencies=currencies, at=at)
    return [_find(place, client, agreed, shelf, at=at) for place in places]


def _find(place: Place, client: Client, agreed: ClientTariff | None, shelf: Shelf, *, at: datetime) -> Terms | None:
    offers = list(_offers(place, client, agreed, shelf))
    local = at.astimezone(ZoneInfo(place.time_zone))
    found = None
    for offer in offers:
        rows = shelf.rules.get(offer.version.pk, ())
        rules = tuple(as_rule(row) for row in rows if fits(row, place.connector_type, place.power_w))
        if best(rules, local) is not None:
            found = as_terms(offer, rules, place.time_zone)
            break
    if agreed is None or agreed.rate_per_kwh is None:
        return found
    if found is None and offers:
        found = as_terms(offers[0], (), place.time_zone)
    return found and at_rate(found, agreed.rate_per_kwh, agreed.currency)


def _offers(place: Place, client: Client, agreed: ClientTariff | None, shelf: Shelf) -> Iterator[Offer]:
    """Every version that may hold, in the order of levels; a discount on a plan is on that plan alone."""
    discount = client.discount_percent
    if agreed is not None:
        larger = max(discount, agreed.discount_percent)
        if agreed.plan_id is None:
            discount = larger
        elif agreed.plan_id in shelf.versions:
            yield Offer(CLIENT, shelf.versions[agreed.plan_id], larger)
    for level, plan in place.named():
        if plan.pk in shelf.versions:
            yield Offer(level, shelf.versions[plan.pk], discount)
    for currency in place.currencies():
        if currency in shelf.defaults:
            yield Offer(DEFAULT, shelf.defaults[currency], discount)


def fits(rule: TariffRule, connector_type: str, power_w: int | None) -> bool:
    """Whether a rule is for this connector; both ends of its power range count, an unknown power fits any range."""
    if rule.connector_type and rule.connector_type != connector_type:
        return False
    if power_w is None:
        return True
    return rule.power_from_w <= power_w and (rule.power_to_w is None or power_w <= rule.power_to_w)


def as_rule(row: TariffRule) -> Rule:
    """A rule's row as a plain value."""
    return Rule(
        name=row.name,
        dimension=row.dimension,
        price=row.price,
        weekdays=frozenset(row.weekdays),
        starts=row.starts,
        ends=row.ends,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        priority=row.priority,
        id=row.pk,
    )


def as_terms(offer: Offer, rules: tuple[Rule, ...], time_zone: str) -> Terms:
    """A version's row with those of its rules as a plain value."""
    version = offer.version
    return Terms(
        currency=version.plan.currency,
        time_zone=time_zone,
        rules=rules,
        tax_name=version.tax_name,
        tax_percent=version.tax_percent,
        tax_included=version.tax_included,
        idle_grace_seconds=version.idle_grace_seconds,
        idle_cap=version.idle_cap,
        discount_percent=offer.discount_percent,
        version_id=version.pk,
        idle_from=version.idle_from,
        level=offer.level,
    )


def at_rate(terms: Terms, rate: Decimal, currency: str) -> Terms:
    """One rate for energy and nothing else, with the tax of the terms that would hold otherwise."""
    rule = always(AGREED_RATE, rate)
    return replace(terms, rules=(rule,), currency=currency, discount_percent=NO_DISCOUNT, version_id=None, level=CLIENT)


def always(name: str, price: Decimal) -> Rule:
    """A price of energy that holds at any time."""
    return Rule(
        name=name,
        dimension=PER_KWH,
        price=price,
        weekdays=frozenset(),
        starts=None,
        ends=None,
        valid_from=None,
        valid_until=None,
        priority=0,
        id=0,
    )
