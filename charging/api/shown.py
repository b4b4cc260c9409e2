"""How sessions look to their drivers: energy in kWh, money as text, public ids only (product.md 4.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum

from billing import pricing, tariffs
from billing.models import Hold
from charging import consumption
from charging.consumption import energy_of
from charging.models import Session, SessionMeter
from charging.models.session import SessionQuerySet
from drivepower.core.money import plain, plain_rate

State = Session.State
# The words that clients know, for each of our states.
STATUS = {
    State.REQUESTED: "started",
    State.ACTIVE: "started",
    State.STOPPING: "stopping",
    State.ENDED: "stopped",
    State.REVIEW: "stopped",
    State.SETTLED: "stopped",
    State.WAIVED: "stopped",
    State.FAILED: "error",
}
# Why we asked the station to stop, where it was for a limit.
LIMITS = ("limit", "reserve")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a session is: energy in Wh, cost, and percent of its limit (None without one)."""

    energy_wh: int
    cost: Decimal
    percent: float | None


def with_all(sessions: SessionQuerySet) -> SessionQuerySet:
    """The sessions with everything that is shown of them.

    What many of them share is read once for all; eight tables in one query took longer to plan than to read.
    """
    return sessions.select_related("meter", "receipt").prefetch_related(
        "station__gateway", "connector", "driver", "price_terms"
    )


def show_all(sessions: Sequence[Session], *, at: datetime) -> list[dict[str, Any]]:
    """Many sessions, loaded by `with_all`, with a few more queries for all of them."""
    reserved, waiting = reserved_for(sessions), costs_of_waiting(sessions, at=at)
    return [
        show(session, reserved=reserved.get(session.subject, NOTHING), waiting=waiting.get(session.pk), at=at)
        for session in sessions
    ]


def show(session: Session, *, reserved: Decimal, waiting: Decimal | None, at: datetime) -> dict[str, Any]:
    """One session, as of now; `waiting` is what it has cost so far, where it has ended and is not settled."""
    meter: SessionMeter | None = getattr(session, "meter", None)
    currency = session.price_terms.currency if session.price_terms else settings.DEFAULT_CURRENCY
    progress = progress_of(session, meter, waiting, at=at)
    return {
        **show_identity(session),
        **show_progress(session, meter, progress, currency),
        **show_limit(session, progress, currency),
        **show_rates(session, currency, at=at),
        "currency": currency,
        "reserved_amount": plain(reserved, currency),
        "station_online": session.station.is_online(at=at),
        "requested_at": session.requested_at,
        "start_time": session.started_at,
        "stop_time": session.stopped_at,
        "duration_seconds": (seconds := session.duration_seconds(at=at)),
        "charging_duration_minutes": seconds // 60,
    }


def show_identity(session: Session) -> dict[str, Any]:
    """Which session it is, and what became of it."""
    return {
        "id": str(session.public_id),
        "session_id": str(session.public_id),
        "status": STATUS[State(session.state)],
        "state": session.state,
        "station_id": session.station.code,
        "connector_id": session.connector.number,
        "client_id": str(session.driver.public_id) if session.driver else None,
        "ocpp_transaction_id": session.ocpp_id or None,
        "asked_by": session.asked_by,
        "error": session.failure or None,
        "message": session.failure_text or None,
        "stop_reason": session.stop_reason or None,
        "receipt_id": str(session.receipt.public_id) if session.receipt else None,
    }


def show_progress(session: Session, meter: SessionMeter | None, progress: Progress, currency: str) -> dict[str, Any]:
    """Energy and cost so far under both names that clients use; power and state of charge only while it runs."""
    start_wh, running = session.meter_start_wh, meter if session.state in (State.ACTIVE, State.STOPPING) else None
    return {
        "energy_consumed": progress.energy_wh / 1000,
        "energy_kwh": progress.energy_wh / 1000,
        "current_cost": plain(progress.cost, currency),
        "current_amount": plain(progress.cost, currency),
        "power_kw": running.power_w / 1000 if running and running.power_w is not None else None,
        "ev_battery_soc": float(meter.soc) if meter and meter.soc is not None else None,
        "meter_start": None if start_wh is None else start_wh / 1000,
        "meter_current": None if start_wh is None else (start_wh + progress.energy_wh) / 1000,
    }


def show_limit(session: Session, progress: Progress, currency: str) -> dict[str, Any]:
    """The limit, and how much of it is used."""
    return {
        "limit_type": session.limit_kind or "none",
        "limit_value": limit_of(session, currency),
        "limit_reached": session.stop_cause in LIMITS,
        "limit_percentage": progress.percent,
        "progress_percent": progress.percent,
    }


def limit_of(session: Session, currency: str) -> float | str | None:
    """The limit by which a session is known: kWh, an amount as text, percent or minutes."""
    kind = session.limit_kind
    if kind == Session.Limit.ENERGY and session.limit_energy_wh is not None:
        return session.limit_energy_wh / 1000
    if kind == Session.Limit.AMOUNT and session.limit_amount is not None:
        return plain(session.limit_amount, currency)
    if kind == Session.Limit.TIME and session.limit_seconds is not None:
        return session.limit_seconds / 60
    return session.limit_soc if kind == Session.Limit.SOC else None


def show_rates(session: Session, currency: str, *, at: datetime) -> dict[str, Any]:
    """The rates that hold for the session now, or held when it stopped."""
    rates = {}
    if session.price_terms:
        rates = pricing.rates_at(tariffs.thaw_terms(session.price_terms), session.stopped_at or at)
    shown = {dimension: plain_rate(rate, currency) for dimension, rate in rates.items()}
    return {"rate_per_kwh": shown.get(pricing.PER_KWH), "session_fee": shown.get(pricing.SESSION_FEE)}


def progress_of(session: Session, meter: SessionMeter | None, waiting: Decimal | None, *, at: datetime) -> Progress:
    """Energy and cost so far; what its receipts come to once that is settled."""
    energy_wh = energy_of(session, meter)
    cost = (meter.running_cost if meter else None) or NOTHING
    if waiting is not None:
        cost = waiting
    elif session.receipt:
        cost = session.receipt.subject_gross
    elif session.state == State.WAIVED:
        cost = NOTHING
    used: dict[str, tuple[Decimal | int | None, Decimal | int | None]] = {
        Session.Limit.ENERGY: (energy_wh, session.limit_energy_wh),
        Session.Limit.AMOUNT: (cost, session.limit_amount),
        Session.Limit.SOC: (meter.soc if meter else None, session.limit_soc),
        Session.Limit.TIME: (session.duration_seconds(at=at), session.limit_seconds),
    }
    part, limit = used.get(session.limit_kind, (None, None))
    percent = None if part is None or not limit else round(float(100 * part / limit), 1)
    return Progress(energy_wh, cost, percent)


def costs_of_waiting(sessions: Sequence[Session], *, at: datetime) -> dict[int, Decimal]:
    """What each ended session costs as it stands, settled or not: its car may stand there still, or somebody looks at
    it (the running cost is that of its last reading).
    """
    ended = [session for session in sessions if session.state in (State.ENDED, State.REVIEW) and session.price_terms]
    terms = {session.pk: tariffs.thaw_terms(session.price_terms) for session in ended if session.price_terms}
    used = consumption.of_many(sessions=ended, terms=terms, at=at) if ended else {}
    return {key: pricing.price(terms[key], used[key]).gross for key in used}


def reserved_for(sessions: Sequence[Session]) -> dict[str, Decimal]:
    """What is, or was until it was captured, held for each of these sessions, by subject."""
    rows = (
        Hold.objects.filter(subject__in=[session.subject for session in sessions])
        .exclude(state=Hold.State.RELEASED)
        .order_by()
        .values_list("subject")
        .annotate(total=Sum("amount"))
    )
    return dict(rows)
