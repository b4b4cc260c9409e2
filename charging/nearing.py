"""A driver is told once when most of a limit is used, or when nothing tells how much, while there is still time to do
something about it.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from charging import events, judging, payers, review
from charging.judging import Running
from charging.lifecycle.locks import lock_session
from charging.models import Session
from drivepower.core.money import plain

WARN_FROM = 0.8
WARN_FROM_HELD = Decimal("0.8")
NOTHING = Decimal(0)
# A station that tells the car's state of charge has done so by then.
SOC_WITHIN = timedelta(minutes=5)


def warn(running: Running, *, at: datetime) -> None:
    """Tell of a session that has used four fifths of its limit or, without one, of all the money there is for it."""
    session = running.session
    if is_soc_missing(running):
        note_soc(session, at=at)
    if session.warned_at is not None:
        return
    share = judging.share_of(running) if session.limit_kind else share_of_money(running)
    if share >= WARN_FROM:
        note(session, share, cost=plain(running.cost, running.terms.currency), at=at)


def is_soc_missing(running: Running) -> bool:
    """Whether it is to stop at a state of charge of which nothing was ever told, and its driver does not know that."""
    session = running.session
    if session.limit_soc is None or session.started_at is None or review.SOC_UNKNOWN in session.findings:
        return False
    told = running.meter is not None and running.meter.soc is not None
    return not told and running.at - session.started_at >= SOC_WITHIN


@transaction.atomic
def note_soc(session: Session, *, at: datetime) -> None:
    """Tell, once, that this limit does not hold; the finding keeps it for whoever asks later."""
    locked = lock_session(session.pk)
    if locked.state == Session.State.ACTIVE and review.SOC_UNKNOWN not in locked.findings:
        review.note(locked, review.SOC_UNKNOWN)
        events.tell(session=locked, kind="session.warned", at=at, warning=review.SOC_UNKNOWN)


@transaction.atomic
def note(session: Session, share: float, *, cost: str, at: datetime) -> None:
    """Tell it, unless another process has, with the cost of this very energy: what is kept is a reading older."""
    if Session.objects.filter(pk=session.pk, warned_at=None).update(warned_at=at):
        events.tell(session=session, kind="session.warned", at=at, percent=round(100 * share), cost=cost)


def share_of_money(running: Running) -> float:
    """How much of what is held, and of what could be held beside it, a session has used; 0 where nothing is held.

    The wallet is asked only where most of what is held is used.
    """
    held = running.reserved.amount
    if not held or running.cost < WARN_FROM_HELD * held:
        return 0.0
    wallet = payers.wallet_of(session=running.session, currency=running.terms.currency)
    return float(running.cost / (held + (max(wallet.spendable, NOTHING) if wallet else NOTHING)))
