"""Charges that drivers paid, at whatever hour a job needs them, and what the books say of their wallets."""

from datetime import datetime
from decimal import Decimal

from accounts.models import User
from billing import ledger
from billing.models import Transfer
from charging import settlement
from charging.models import Session
from charging.tests.settling import stands
from charging.tests.world import World, minutes
from stations.models import Gateway


def spend(world: World, driver: User, *, at: datetime) -> Session:
    """An hour at the connector, 25.5 kWh, paid: 382.50 KGS at the world's price."""
    Gateway.objects.update(renewed_at=at)
    world.station.refresh_from_db()
    world.one.station = world.station
    session = world.charging(driver, at=at)
    world.end(session, 26_500, at=at + minutes(60))
    settlement.settle(session_id=session.pk, at=at + minutes(70))
    session.refresh_from_db()
    return session


def sound(world: World, **drivers: User) -> dict[str, tuple[str, str, str]]:
    """Balance, held and owed of each by name; the books are right."""
    assert ledger.check_books() == []
    found = {name: stands(world.wallet(driver)) for name, driver in drivers.items()}
    return {name: (f"{balance:.2f}", f"{held:.2f}", f"{owed:.2f}") for name, (balance, held, owed) in found.items()}


def moved(kind: Transfer.Kind) -> list[tuple[str, str, Decimal]]:
    """All transfers of that kind: from which account of the house (of nobody else: "") to which, and how much."""
    rows = Transfer.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("source__system", "target__system", "amount"))
