"""A Start with the tag of a requested session: that session runs, even when its Start comes after all hope."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.models import IdTag
from billing import ledger, promos, tariffs
from billing.models import Hold
from charging import authorization, events, payers, reserves, review
from charging.lifecycle import bounding
from charging.lifecycle.starts import Start
from charging.lifecycle.stopping import CANCELLED, request_stop
from charging.models import Session
from drivepower.core.refusals import Refusal
from stations import commands

State = Session.State


def bind(start: Start, session: Session, *, key: str, holds: bool) -> None:
    """REQUESTED → ACTIVE; the tag is asked about again, since its driver may have been blocked, or its limits used up,
    meanwhile."""
    verdict = authorization.judge(session.id_tag, station=start.station, at=start.started_at, starting=False)
    doubts = [] if verdict.status == "Accepted" else [review.UNAUTHORIZED]
    begins = start.begins(key=key, holds=holds, status=verdict.status, findings=session.findings + doubts)
    limits = bounding.limits_of(session.id_tag, station=start.station, at=start.started_at, asked=session)
    session.move(State.REQUESTED, State.ACTIVE, ocpp_id=str(session.pk), **begins, **limits)
    _note_start(start, session)


def bind_late(start: Start, session: Session, *, key: str, holds: bool) -> None:
    """FAILED → ACTIVE: money is held again; where there is none, or the driver had cancelled, the station must stop.

    The session is then asked by card, so that it does not take the place of the driver's next one; its driver, who
    showed none, is told of it as it was asked for.
    """
    cancelled, asked_by = session.failure == CANCELLED, session.asked_by
    held = hold_again(session, at=start.received_at)
    status = "Accepted" if held and not cancelled else "Blocked"
    doubts = [] if held else [review.NO_HOLD]
    begins = start.begins(key=key, holds=holds, status=status, findings=session.findings + doubts)
    session.move(
        State.FAILED,
        State.ACTIVE,
        ocpp_id=str(session.pk),
        asked_by=Session.AskedBy.CARD,
        failure="",
        failure_text="",
        **begins,
    )
    _note_start(start, session, asked_by=asked_by)
    if status == "Accepted":
        IdTag.objects.filter(pk=session.id_tag_id or 0).update(blocked=False)
    else:
        cause = "driver" if cancelled else "reserve"
        request_stop(session=session, asked_by="rule:late_start", cause=cause, at=start.received_at)


def take_promo_again(session: Session, *, at: datetime) -> None:
    """Count the promo code of a start that was given up; used up meanwhile, its charge goes by the terms without it.

    Before any wallet is locked: codes come first.
    """
    if session.price_terms is None or promos.take_again(subject=session.subject, at=at):
        return
    terms = replace(tariffs.thaw_terms(session.price_terms), promo=None)
    session.price_terms = tariffs.freeze_terms(terms=terms, at=at)
    session.save(update_fields=["price_terms"])


def hold_again(session: Session, *, at: datetime) -> bool:
    """Hold for a session what a start with its limits and its terms of now holds; False where that is not there."""
    terms = tariffs.thaw_terms(session.price_terms) if session.price_terms else None
    wallet = payers.wallet_of(session=session, currency=terms.currency) if terms else None
    if terms is None or wallet is None:
        return True
    number = Hold.objects.filter(subject=session.subject).count() + 1
    try:
        reserve = reserves.reserve_for(
            terms=terms, wallet=wallet, energy_wh=session.limit_energy_wh, amount=session.limit_amount, at=at
        )
        if reserve:
            hold: dict[str, Any] = {"amount": reserve, "subject": session.subject, "number": number}
            ledger.hold(wallet=wallet, expires_at=None, at=at, **hold)
    except Refusal:
        return False
    return True


def _note_start(start: Start, session: Session, **said: str) -> None:
    events.tell(session=session, kind="session.started", at=start.received_at, **said)
    commands.see_effect(subject=session.subject, intent="start_charging", at=start.received_at)
