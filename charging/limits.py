"""What running charges cost, and which of them must stop before a limit or the held money is used up."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.db import connection, transaction

from billing import ledger, pricing, tariffs
from billing.models import Hold
from billing.pricing import Consumption, Terms
from charging import consumption as consumptions
from charging import outlook, payers, readings, reserves, review
from charging.attribution import LATE
from charging.lifecycle import request_stop
from charging.lifecycle.locks import lock_session
from charging.lifecycle.stopping import asked_long_ago
from charging.models import Session, SessionMeter
from drivepower.core import alerts
from drivepower.core.compiled import Compiled, Keys
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

# Within this time a station that comes back has said all that it had kept.
REPLAYED_WITHIN = timedelta(minutes=2)
# The kind of the alert of a session that runs on without being watched.
UNJUDGED = "session_unjudged"

log = structlog.stdlib.get_logger(__name__)
State = Session.State

RUNNING = Compiled(
    lambda: Session.objects.filter(
        pk__in=Keys("keys"), state__in=[State.ACTIVE, State.STOPPING], price_terms__isnull=False
    ).select_related("station", "connector", "driver", "company", "price_terms")
)
RESERVED = """
SELECT subject, coalesce(sum(amount) FILTER (WHERE state = %s), 0), count(*) FROM billing_hold
WHERE subject = ANY(%s) GROUP BY subject
"""
METERS = Compiled(lambda: SessionMeter.objects.filter(pk__in=Keys("keys")).order_by())


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a session has cost so far, and will have cost when a stop takes effect; whether, and why, it must stop now:
    limit, reserve or unauthorized.
    """

    cost: Decimal
    soon: Decimal
    stop: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is held for a session now, and how many holds it ever had."""

    amount: Decimal = Decimal(0)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """A running session with all that its judgement needs."""

    session: Session
    meter: SessionMeter | None
    terms: Terms
    consumption: Consumption
    interval_s: float
    reserved: Reserved
    plausible: bool

    def is_replayed(self, *, at: datetime) -> bool:
        """Whether its Start has just come, late, and all that is known of it was before that: it may be long over."""
        came, began = self.session.start_received_at, self.session.started_at
        if came is None or began is None or came - began < LATE or at - came >= REPLAYED_WITHIN:
            return False
        read_at = self.meter.last_reading_at if self.meter else None
        return read_at is None or read_at <= came


def touched(*, session_ids: Collection[int], at: datetime) -> list[tuple[int, Decimal, bool]]:
    """Price these running sessions, hold more where money is free, and stop those that reach their limit.

    Answers (session, cost so far, whether it must stop); sessions without a price are left out, and those whose
    readings cannot be true for the connector's power: they are stopped like others, yet that cost is not to be told.
    A charge of the past that its station is replaying is not stopped: its Stop is on the way (situation 16). Since a
    clock that is behind looks the same, that is so for two minutes only.
    The number of queries does not grow with the sessions.
    """
    sessions = RUNNING.all(keys=list(session_ids))
    told = set(Alert.objects.open().filter(kind=UNJUDGED).values_list("subject", flat=True))
    judged: list[tuple[int, Decimal, bool]] = []
    for running in _gather(sessions, at=at):
        if running.is_replayed(at=at):
            continue
        # One session's trouble must not keep another one from being stopped.
        try:
            judgement = _check(running)
            stop = enforce(running.session, judgement, at=at)
        except Exception as error:
            log.exception("limits cannot judge a session", session=running.session.pk)
            _tell(running.session, error, at=at)
        else:
            if running.session.subject in told:
                alerts.resolve_alert(kind=UNJUDGED, subject=running.session.subject, at=at)
            if running.plausible:
                judged.append((running.session.pk, judgement.cost, stop))
    return judged


def check(
    *,
    session: Session,
    meter: SessionMeter | None,
    terms: Terms,
    consumption: Consumption,
    interval_s: float,
    reserved: Decimal,
) -> Judgement:
    """Judge one session by what it will have used when a stop asked for at its next reading takes effect."""
    cost = pricing.price(terms, consumption).gross
    if review.UNAUTHORIZED in session.findings:
        return Judgement(cost, cost, stop=True, cause="unauthorized")
    soon = outlook.ahead(
        consumption,
        power_w=outlook.power_of(meter, consumption),
        seconds=interval_s + outlook.LATENCY_SECONDS,
    )
    cost_soon = pricing.price(terms, soon).gross
    if session.limit_energy_wh is not None and soon.energy_wh >= session.limit_energy_wh:
        return Judgement(cost, cost_soon, stop=True, cause="limit")
    if session.limit_amount is not None and cost_soon >= session.limit_amount:
        return Judgement(cost, cost_soon, stop=True, cause="limit")
    if cost_soon > reserved:
        return Judgement(cost, cost_soon, stop=True, cause="reserve")
    return Judgement(cost, cost_soon)


def _check(running: Running) -> Judgement:
    return check(
        session=running.session,
        meter=running.meter,
        terms=running.terms,
        consumption=running.consumption,
        interval_s=running.interval_s,
        reserved=running.reserved.amount,
    )


def enforce(session: Session, judgement: Judgement, *, at: datetime) -> bool:
    """Carry a judgement out: a hold that is used up grows while there is money, else the station is asked to stop.

    One that was asked to stop and still charges is asked again.
    """
    if session.state != State.STOPPING:
        if not judgement.stop:
            return False
        if judgement.cause == "reserve" and hold_more(session, judgement.soon, at=at):
            return False
    if asked_long_ago(session, at=at):
        request_stop(session=session, asked_by="rule:limits", cause=judgement.cause, at=at)
    return True


@transaction.atomic
def hold_more(session: Session, needed: Decimal, *, at: datetime) -> bool:
    """Hold a step more, or all that is missing, as far as money is free, so that nobody who has it is cut off.

    False where less than is needed is held after that: the charge must stop. False too once the session has ended:
    nothing would end that hold. Where enough is held by now, another gateway was first.
    """
    if lock_session(session.pk).state != State.ACTIVE:
        return False
    now_held = _reserved_for([session]).get(session.subject, Reserved())
    if now_held.amount >= needed:
        return True
    currency = session.price_terms.currency if session.price_terms else ""
    wallet = payers.wallet_of(session=session, currency=currency)
    if wallet is None:
        return False
    wallet = ledger.lock([wallet.pk])[wallet.pk]
    more = min(wallet.spendable, max(reserves.step(currency), needed - now_held.amount))
    if more <= 0:
        return False
    number = now_held.count + 1
    try:
        ledger.hold(wallet=wallet, amount=more, subject=session.subject, number=number, expires_at=None, at=at)
    except Refusal:
        return False
    return now_held.amount + more >= needed


def _gather(sessions: Sequence[Session], *, at: datetime) -> Iterator[Running]:
    """Everything about these sessions in one set of queries."""
    meters = {meter.pk: meter for meter in METERS.all(keys=[session.pk for session in sessions])}
    terms = _terms_of(sessions, at=at)
    sessions = [session for session in sessions if session.pk in terms]
    used = consumptions.running(sessions=sessions, meters=meters, terms=terms, at=at)
    last_two = readings.last_two_of(sessions)
    reserved = _reserved_for(sessions)
    for session in sessions:
        consumption = used[session.pk]
        yield Running(
            session=session,
            meter=meters.get(session.pk),
            terms=terms[session.pk],
            consumption=consumption,
            interval_s=outlook.interval_of(last_two.get(session.pk, []), started_at=session.started_at),
            reserved=reserved.get(session.subject, Reserved()),
            plausible=not review.is_impossible(
                consumption.energy_wh,
                seconds=session.duration_seconds(at=at),
                rated_power_w=session.connector.max_power_w,
            ),
        )


def _terms_of(sessions: Sequence[Session], *, at: datetime) -> dict[int, Terms]:
    terms = {}
    for session in sessions:
        try:
            if session.price_terms is not None:
                terms[session.pk] = tariffs.thaw_terms(session.price_terms)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            log.exception("price terms cannot be read", session=session.pk)
            _tell(session, error, at=at)
    return terms


def _tell(session: Session, error: Exception, *, at: datetime) -> None:
    """Somebody should know that this one runs without a limit."""
    text = f"Nobody watches the limits of session {session.pk}: {error!r}"
    alerts.open_alert(kind=UNJUDGED, subject=session.subject, text=text, at=at)


def _reserved_for(sessions: Sequence[Session]) -> dict[str, Reserved]:
    with connection.cursor() as cursor:
        cursor.execute(RESERVED, [Hold.State.ACTIVE, [session.subject for session in sessions]])
        return {subject: Reserved(amount, count) for subject, amount, count in cursor.fetchall()}
