"""What each past charge cost, by the same pure functions as every other charge."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import IdTag, User
from billing import pricing
from billing.pricing import Price, Terms
from billing.tariffs import Client, client_of
from charging import consumption, reserves, stays
from charging.models import Session
from drivepower.portal.demo.network import Network
from drivepower.portal.demo.people import People
from drivepower.portal.demo.readings import registers_of
from drivepower.portal.demo.traces import changes_of
from drivepower.portal.demo.visits import Kind, Visit
from stations import prices
from stations.models import Connector


@dataclass(frozen=True)
class Bill:
    """One past charge: who, where, from which register on (Wh), at what price, and what was held for it."""

    visit: Visit
    connector: Connector
    driver: User | None
    card: IdTag | None
    meter_start_wh: int
    terms: Terms
    price: Price
    held: Decimal


def bills_of(
    network: Network, people: People, visits: Iterable[Visit], registers: dict[tuple[int, int], int]
) -> Iterator[Bill]:
    """The bills of these charges, in their order; moves the registers on."""
    terms_of = remembered_terms()
    for visit in visits:
        place = visit.machine.number, visit.plug.number
        connector = network.connectors[place]
        driver = None if visit.driver is None else people.drivers[visit.driver]
        card = people.cards[visit.card] if visit.kind is Kind.CARD else None
        client = client_of(user=driver, company=card.company if card else None)
        terms = terms_of(connector, client, visit.starts_at)
        yield Bill(
            visit=visit,
            connector=connector,
            driver=driver,
            card=card,
            meter_start_wh=registers[place],
            terms=terms,
            price=price_of(visit, terms, meter_start_wh=registers[place]),
            held=held_for(visit, terms),
        )
        registers[place] += visit.energy_wh


def remembered_terms() -> Callable[[Connector, Client, datetime], Terms]:
    """Finds a connector's terms once: no plan of the demo changed in its two weeks."""
    known: dict[tuple[int, Client], Terms] = {}

    def terms_of(connector: Connector, client: Client, at: datetime) -> Terms:
        key = connector.pk, client
        if key not in known:
            terms = prices.terms_for(connector=connector, at=at, client=client)
            if terms is None:
                raise LookupError(f"{connector} has no price")
            known[key] = terms
        return known[key]

    return terms_of


def price_of(visit: Visit, terms: Terms, *, meter_start_wh: int) -> Price:
    """The price of what its readings and statuses say."""
    session = Session(started_at=visit.starts_at, stopped_at=visit.stops_at, meter_start_wh=meter_start_wh)
    said = list(changes_of(visit))
    used = consumption.build(
        session,
        energy_wh=visit.energy_wh,
        registers=[(at, meter_start_wh + energy) for at, energy in registers_of(visit)],
        stay=stays.stay(
            said,
            started_at=visit.starts_at,
            ended_at=visit.stops_at,
            idle_from=terms.idle_from,
            kept_until=said[-1][0],
        ),
        at=visit.stops_at,
    )
    return pricing.price(terms, used)


def held_for(visit: Visit, terms: Terms) -> Decimal:
    """What such a start holds: the estimate of its limit, else a step and the fee."""
    if visit.limit_wh is not None:
        return reserves.most_on_the_way(terms=terms, energy_wh=visit.limit_wh, at=visit.starts_at)
    fee = pricing.rates_at(terms, visit.starts_at).get(pricing.SESSION_FEE, Decimal(0))
    return pricing.rounded(reserves.step(terms.currency) + fee, terms.currency)
