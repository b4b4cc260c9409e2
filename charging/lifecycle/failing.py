"""A requested start that comes to nothing: its money and its promo code are free again, its tag opens no connector."""

from datetime import datetime

from django.db import transaction

from accounts.models import IdTag
from billing import ledger, promos
from charging import events
from charging.models import Session
from drivepower.core import alerts
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations import commands

State = Session.State
NO_PRICE = alerts.closed_by_people("no_price")


@transaction.atomic
def fail_start(*, session: Session, code: str, text: str, at: datetime) -> bool:
    """REQUESTED → FAILED, and the station is not asked any more; False, and nothing done, if it has moved on."""
    text = storable(text)[:200]
    if not session.move(State.REQUESTED, State.FAILED, holds_connector=False, failure=code, failure_text=text):
        return False
    commands.withdraw(subject=session.subject, intent="start_charging", at=at)
    promos.give_back(subject=session.subject, at=at)
    ledger.release(subject=session.subject, at=at)
    block_own_tag(session)
    events.tell(session=session, kind="session.failed", at=at)
    return True


def note_start_answer(*, session_id: int, accepted: bool, code: str, at: datetime) -> None:
    """What the station answered to our start; a refusal fails the session unless its Start has come already."""
    if accepted:
        return
    session = Session.objects.get(pk=session_id)
    fail_start(session=session, code="start_rejected", text=f"The station answered {code}.", at=at)


def note_no_start_answer(*, session_id: int, was_asked: bool, at: datetime) -> None:
    """It said nothing in time or was gone before it did, or could not be asked: it may begin all the same."""
    session = Session.objects.get(pk=session_id)
    text = "The station did not answer." if was_asked else "The station could not be asked."
    fail_start(session=session, code="start_unanswered", text=text, at=at)


def block_own_tag(session: Session) -> None:
    """A session's own tag serves nobody once the session is over; cards stay as they are."""
    if session.id_tag is not None and session.id_tag.kind == IdTag.Kind.VIRTUAL:
        IdTag.objects.filter(pk=session.id_tag.pk).update(blocked=True)


def limit_kind_of(asked: Session) -> Session.Limit:
    """The limit by which a session is known; energy goes before all others that it may have beside it."""
    limits = {
        Session.Limit.ENERGY: asked.limit_energy_wh,
        Session.Limit.AMOUNT: asked.limit_amount,
        Session.Limit.SOC: asked.limit_soc,
        Session.Limit.TIME: asked.limit_seconds,
    }
    return next((kind for kind, limit in limits.items() if limit is not None), Session.Limit.NONE)


@transaction.atomic
def keep_refused(asked: Session, refusal: Refusal, *, at: datetime) -> None:
    """Keep a start that came to nothing, for the driver and for support, where they can see why."""
    failed = Session.objects.create(
        public_id=asked.public_id,
        station=asked.station,
        connector=asked.connector,
        driver=asked.driver,
        asked_by=asked.asked_by,
        state=State.FAILED,
        requested_at=at,
        limit_kind=limit_kind_of(asked),
        limit_energy_wh=asked.limit_energy_wh,
        limit_amount=asked.limit_amount,
        limit_soc=asked.limit_soc,
        limit_seconds=asked.limit_seconds,
        failure=refusal.code,
        failure_text=refusal.message[:200],
    )
    events.tell(session=failed, kind="session.failed", at=at)
    if refusal.code == NO_PRICE:
        text = sentence("A driver could not start: no tariff plan has a price for this connector.")
        alerts.open_alert(kind=NO_PRICE, subject=f"station:{asked.station.code}", text=text, at=at)
