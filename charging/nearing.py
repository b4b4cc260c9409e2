"""A driver is told once when most of a limit is used, while there is still time to do something about it."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from charging import events, judging, payers
from charging.judging import Running
from charging.models import Session

WARN_FROM = 0.8
WARN_FROM_HELD = Decimal("0.8")
NOTHING = Decimal(0)


def warn(running: Running, *, at: datetime) -> None:
    """Tell of a session that has used four fifths of its limit or, without one, of all the money there is for it."""
    session = running.session
    if session.warned_at is not None:
        return
    share = judging.share_of(running) if session.limit_kind else share_of_money(running)
    if share >= WARN_FROM:
        note(session, share, at=at)


@transaction.atomic
def note(session: Session, share: float, *, at: datetime) -> None:
    """Tell it, unless another process has."""
    if Session.objects.filter(pk=session.pk, warned_at=None).update(warned_at=at):
        events.tell(session=session, kind="session.warned", at=at, percent=round(100 * share))


def share_of_money(running: Running) -> float:
    """How much of what is held, and of what could be held beside it, a session has used; 0 where nothing is held.

    The wallet is asked only where most of what is held is used.
    """
    held = running.reserved.amount
    if not held or running.cost < WARN_FROM_HELD * held:
        return 0.0
    wallet = payers.wallet_of(session=running.session, currency=running.terms.currency)
    return float(running.cost / (held + (max(wallet.spendable, NOTHING) if wallet else NOTHING)))
