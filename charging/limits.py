"""What running charges cost, and which of them must stop before a limit or the held money is used up."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

import structlog
from django.db import connection, transaction

from billing import ledger, tariffs
from billing.models import Hold
from billing.pricing import Terms
from charging import consumption as consumptions
from charging import idling, judging, nearing, outlook, payers, readings, reserves
from charging.judging import Judgement, Reserved, Running
from charging.lifecycle import request_stop
from charging.lifecycle.locks import lock_session
from charging.lifecycle.stopping import asked_long_ago
from charging.models import Session, SessionMeter
from charging.readings import Register
from drivepower.core import alerts
from drivepower.core.compiled import Compiled, Keys
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence

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
NOTHING_HEARD: Mapping[int, datetime] = MappingProxyType({})
METERS = Compiled(lambda: SessionMeter.objects.filter(pk__in=Keys("keys")).order_by())


class Touched(NamedTuple):
    """A session that was looked at: what it has cost so far, whether it must stop, in how many seconds to look again
    at the latest. Energy (Wh) and its time are told where readings tell it in parts; no cost where readings cannot be
    true.
    """

    session_id: int
    cost: Decimal | None
    stop: bool
    again_in: float | None = None
    energy_wh: int | None = None
    read_at: datetime | None = None


def touched(
    *, session_ids: Collection[int], at: datetime, heard: Mapping[int, datetime] = NOTHING_HEARD
) -> list[Touched]:
    """Price these running sessions, hold more where money is free, and stop those that reach their limit.

    `heard` says when the newest reading of a session came in. Sessions without a price are left out. Those whose
    readings cannot be true for the connector's power are stopped like others, yet that cost is not told.
    A charge of the past that its station is replaying is not stopped: its Stop is on the way (situation 16). Since a
    clock that is behind looks the same, that is so for two minutes only.
    The number of queries does not grow with the sessions.
    """
    sessions = RUNNING.all(keys=list(session_ids))
    told = set(Alert.objects.open().filter(kind=UNJUDGED).values_list("subject", flat=True))
    judged: list[Touched] = []
    for running in _gather(sessions, heard, at=at):
        session = running.session
        # One session's trouble must not keep another one from being stopped.
        try:
            looked = None if running.is_replayed else look_at(running)
        except Exception as error:
            log.exception("limits cannot judge a session", session=session.pk)
            _tell(session, error, at=at)
        else:
            if session.subject in told:
                alerts.resolve_alert(kind=UNJUDGED, subject=session.subject, at=at)
            if looked is not None:
                judged.append(looked if running.is_plausible else _untold(looked))
    return judged


def look_at(running: Running) -> Touched:
    """Judge one session and do what follows: its stop, more money held, a word to its driver."""
    judgement, at = judging.judge(running), running.at
    stop = enforce(running.session, judgement, at=at)
    if not stop and not judgement.stop:
        nearing.warn(running, at=at)
    if running.consumption.left_at is not None and (fee := idling.fee_of(running.price)) > 0:
        idling.tell(running.session, running.terms, fee, at=at)
    looked = Touched(running.session.pk, running.cost, stop, None if stop else _again_in(judgement))
    if not running.is_added_up or running.meter is None:
        return looked
    return looked._replace(energy_wh=running.meter.energy_wh, read_at=running.meter.last_reading_at)


def _again_in(judgement: Judgement) -> float | None:
    """When to look again; at once where more is held now, since a limit may be as near as the money was."""
    return 0.0 if judgement.stop else judgement.again_in


def _untold(looked: Touched) -> Touched:
    return looked._replace(cost=None, energy_wh=None, read_at=None)


def enforce(session: Session, judgement: Judgement, *, at: datetime) -> bool:
    """Carry a judgement out: a hold that is used up grows while there is money, else the station is asked to stop.

    One that was asked to stop and still charges is asked again.
    """
    if session.state != State.STOPPING:
        if not judgement.stop:
            return False
        if judgement.cause == judging.RESERVE and hold_more(session, judgement.soon, at=at):
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


def _gather(sessions: Sequence[Session], heard: Mapping[int, datetime], *, at: datetime) -> Iterator[Running]:
    """Everything about these sessions in one set of queries."""
    meters = {meter.pk: meter for meter in METERS.all(keys=[session.pk for session in sessions])}
    terms = _terms_of(sessions, at=at)
    sessions = [session for session in sessions if session.pk in terms]
    last_two = readings.last_two_of(sessions)
    levels = readings.last_levels_of([session for session in sessions if _needs_levels(session, meters)])
    added_up = _add_up([session for session in sessions if session.pk not in last_two], meters)
    used = consumptions.running(sessions=sessions, meters=meters, terms=terms, at=at)
    reserved = _reserved_for(sessions)
    for session in sessions:
        meter, consumption = meters.get(session.pk), used[session.pk]
        read_at = meter.last_reading_at if meter else None
        yield Running(
            session=session,
            meter=meter,
            terms=terms[session.pk],
            consumption=consumption,
            power_w=outlook.power_of(meter, consumption, last_two.get(session.pk) or added_up.get(session.pk, [])),
            unread_s=outlook.unread_seconds(read_at, heard_at=heard.get(session.pk), at=at),
            levels=levels.get(session.pk, []),
            reserved=reserved.get(session.subject, Reserved()),
            at=at,
            is_added_up=session.pk in added_up,
        )


def _needs_levels(session: Session, meters: Mapping[int, SessionMeter]) -> bool:
    return session.limit_soc is not None and session.pk in meters and meters[session.pk].soc is not None


def _add_up(sessions: Sequence[Session], meters: Mapping[int, SessionMeter]) -> dict[int, list[Register]]:
    """Let the meters of these sessions show what their readings tell in parts (7.31: .Interval); their last two."""
    found = {}
    parts = readings.registers_of([session for session in sessions if session.pk in meters])
    for session in sessions:
        if sums := parts.get(session.pk):
            meter, (read_at, register_wh) = meters[session.pk], sums[-1]
            meter.energy_wh = register_wh - (session.meter_start_wh or 0)
            meter.last_reading_at = max(read_at, meter.last_reading_at or read_at)
            found[session.pk] = sums[:-3:-1]
    return found


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
    text = sentence("Nobody watches the limits of session %(number)s: %(error)s", number=session.pk, error=repr(error))
    alerts.open_alert(kind=UNJUDGED, subject=session.subject, text=text, at=at)


def _reserved_for(sessions: Sequence[Session]) -> dict[str, Reserved]:
    with connection.cursor() as cursor:
        cursor.execute(RESERVED, [Hold.State.ACTIVE, [session.subject for session in sessions]])
        return {subject: Reserved(amount, count) for subject, amount, count in cursor.fetchall()}
