"""Whether an ended session must wait for its car to leave, because standing there costs something."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from billing import pricing
from billing.pricing import Consumption, Price, Terms
from charging import events, stays
from charging.models import Session
from charging.stays import Change
from drivepower.core.models import Event
from drivepower.core.money import plain, plain_rate
from stations.models.state import FREE

# How soon somebody looks again: whoever leaves is not kept waiting for the rest of the hold.
LOOK_AGAIN = timedelta(minutes=1)
IDLE: Final = "session.idle"


def wait(*, session: Session, terms: Terms, at: datetime) -> datetime | None:
    """Until when an ended session is not to be settled, to be asked again then; None: settle it now.

    It waits while its car may stand there and that costs more by the minute: until a status says otherwise, the next
    charge begins there, the station has been silent for long, the fee's cap is reached; at most for half a day.
    """
    if session.started_at is None or session.stopped_at is None or not stays.prices_idling(terms):
        return None
    started_at, stopped_at = session.started_at, max(session.started_at, session.stopped_at)
    changes = stays.changes_of([session], at=at).get(session.pk, [])
    if stays.left(changes, started_at=started_at, ended_at=stopped_at) is not None:
        return _said_by(session, stopped_at, changes, at=at)
    until = max(stopped_at, stays.kept_until([session], at=at)[session.pk])
    if until < at:
        return None
    stay = stays.stay(changes, started_at=started_at, ended_at=stopped_at, idle_from=terms.idle_from, kept_until=until)
    used = Consumption(started_at, stay.charging_ended_at, stay.left_at, ())
    price = pricing.price(terms, used)
    if (fee := fee_of(price)) > 0:
        tell(session, terms, fee, at=at)
    return None if _is_capped(terms, price) else until + LOOK_AGAIN


def _said_by(session: Session, stopped_at: datetime, changes: list[Change], *, at: datetime) -> datetime | None:
    """When a station that has said nothing of its connector since the Stop will have done so."""
    if any(moment >= stopped_at or status == FREE for moment, status in changes[-1:]):
        return None
    says_by = (session.stop_received_at or stopped_at) + stays.SAYS_WITHIN
    return says_by if says_by > at else None


def fee_of(price: Price) -> Decimal:
    """What of a price is for standing there."""
    fees = (line.gross for line in price.lines if line.dimension == pricing.PARKING_FEE)
    return sum(fees, Decimal(0))


def tell(session: Session, terms: Terms, fee: Decimal, *, at: datetime) -> None:
    """Tell, once, that standing there has begun to cost, and how much a minute costs now."""
    if Event.objects.filter(subject=f"session:{session.public_id}", kind=IDLE).exists():
        return
    rate = pricing.rates_at(terms, at).get(pricing.PARKING_FEE)
    events.tell(
        session=session,
        kind=IDLE,
        at=at,
        idle_fee=plain(fee, terms.currency),
        idle_fee_per_minute=None if rate is None else plain_rate(rate, terms.currency),
    )


def _is_capped(terms: Terms, price: Price) -> bool:
    """Whether the parking fee can grow no more."""
    if terms.idle_cap is None:
        return False
    fees = [line for line in price.lines if line.dimension == pricing.PARKING_FEE]
    cap = pricing.rounded(terms.idle_cap, terms.currency)
    return sum(line.gross if terms.tax_included else line.net for line in fees) >= cap
