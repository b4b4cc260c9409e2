"""A charge that was settled once already, and what stands after the next settlement."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from billing import ledger
from billing.models import Receipt, Transfer, Wallet
from charging import lifecycle, reviewing, settlement
from charging.models import Decision, Session, Settlement
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal

STAFF = "staff:7f0c5f0e-58c1-4c8a-9a55-0a2f3a3d3b11"
VERBS: dict[str, Callable[..., Any]] = {
    "accept": reviewing.accept,
    "correct": reviewing.correct,
    "waive": reviewing.waive,
    "rerun": reviewing.rerun,
}


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


def settle(session: Session, *, at: datetime | None = None) -> Settlement | None:
    """Settle it, and read it anew."""
    settled = settlement.settle(session_id=session.pk, at=at or after(200))
    session.refresh_from_db()
    return settled


def ended(world: World, driver: User, energy_wh: int = 25_500, **asked: Any) -> Session:
    """An hour at the connector: 382.50 KGS unless told otherwise, nothing settled."""
    session = world.charging(driver, **asked)
    world.end(session, 1000 + energy_wh, at=after(60))
    session.refresh_from_db()
    return session


def inferred(world: World, driver: User, energy_wh: int, **asked: Any) -> Session:
    """The Stop never came: it waits for somebody."""
    session = world.charging(driver, **asked)
    world.read(session, 1000 + energy_wh, at=after(30))
    lifecycle.infer_end(session=session, until=after(30), reason="Silence")
    settle(session)
    return session


def accepted(world: World, driver: User, energy_wh: int, **asked: Any) -> Session:
    """The Stop never came, and a person took the last reading for it."""
    session = inferred(world, driver, energy_wh, **asked)
    reviewing.accept(session_id=session.pk, reason="The meter is right.", by=STAFF, at=after(100))
    session.refresh_from_db()
    return session


def stands(wallet: Wallet) -> tuple[Decimal, Decimal, Decimal]:
    """Balance, held and owed."""
    wallet.refresh_from_db()
    return wallet.balance, wallet.held, wallet.owed


def check(session: Session, total: str) -> None:
    """What it costs is the same everywhere: settlement, receipts, transfers; and the books are right."""
    session.refresh_from_db()
    last = session.settlements.get(revision=session.revision)
    assert last.total == Decimal(total)
    receipts = list(Receipt.objects.filter(subject=session.subject).order_by("pk"))
    assert sum((receipt.gross for receipt in receipts), Decimal(0)) == Decimal(total)
    assert [receipt.subject_gross for receipt in receipts[-1:]] in ([], [Decimal(total)])
    earned = Decimal(0)
    for transfer in Transfer.objects.filter(subject=session.subject).select_related("source", "target"):
        earned += transfer.amount * ((transfer.target.system == "revenue") - (transfer.source.system == "revenue"))
        earned += transfer.amount * ((transfer.target.system == "tax") - (transfer.source.system == "tax"))
    assert earned == Decimal(total)
    assert ledger.check_books() == []


def decide(verb: str, session: Session, *, reason: str = "Seen on site.", **said: Any) -> Any:
    """Carry it out, and read the session anew."""
    if verb == "correct" and not said.keys() - {"seen"}:
        said["energy_wh"] = 10_000
    made = VERBS[verb](session_id=session.pk, reason=reason, by=STAFF, at=after(120), **said)
    session.refresh_from_db()
    return made


def refusal(verb: str, session: Session, **said: Any) -> str:
    """The code of how it is refused; nothing has changed then."""
    before = (Settlement.objects.count(), Transfer.objects.count(), Decision.objects.count())
    with pytest.raises(Refusal) as refused:
        decide(verb, session, **said)
    assert (Settlement.objects.count(), Transfer.objects.count(), Decision.objects.count()) == before
    return refused.value.code
