"""StartTransaction: whatever it says, it becomes or finds a session, and the same Start always the same one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import transaction
from django.db.models import Q

from accounts.models import IdTag
from billing.models import Wallet
from charging import authorization, sites
from charging.authorization import Verdict
from charging.lifecycle import arriving, binding, bounding
from charging.lifecycle.ending import infer_end
from charging.lifecycle.failing import fail_start
from charging.lifecycle.locks import lock_connector, lock_sessions, lock_sessions_at, lock_wallets
from charging.lifecycle.starts import Start, recognise
from charging.models import OPEN_STATES, Session
from stations.models import Connector, Station

State = Session.State


@dataclass(frozen=True, slots=True)
class Began:
    """The session of a Start and the idTagInfo that goes with it, for the first answer and every repetition."""

    session: Session
    status: str
    expiry: datetime | None
    parent: str

    @classmethod
    def of(cls, session: Session) -> Self:
        """As the session remembers it."""
        verdict = Verdict("Accepted", session.id_tag)
        return cls(session, session.start_status, verdict.expiry, verdict.parent)


@transaction.atomic(savepoint=False)
def begin(
    *,
    station: Station,
    connector: Connector,
    tag: str,
    started_at: datetime,
    timestamp: datetime | None,
    meter_start_wh: int,
    received_at: datetime,
) -> Began:
    """A StartTransaction (OCPP 1.6, 4.8): the session that it starts, or had started when it was sent before.

    `started_at` is effective, `timestamp` as the station wrote it, the register in Wh. An unknown or refused tag makes
    a session too: energy may flow, and what flowed is looked at. The connector is made if it is not in the table yet.
    """
    connector = lock_connector(connector)
    start = Start(connector.station, connector, tag, started_at, timestamp, meter_start_wh, received_at)
    known, key = recognise(start)
    return Began.of(known or _session_for(start, key=key))


def _session_for(start: Start, *, key: str) -> Session:
    """The session of a Start that was not heard before: one that waits for it, or a new one."""
    id_tag = authorization.find(start.tag, start.station)
    own, others = _sessions_of(start, id_tag)
    sites.note_charge(location=start.station.location, at=start.received_at)
    bounding.take_turns(id_tag)
    wallets = _lock_money(own, others, id_tag, at=start.received_at)
    holds = _make_room(start, others)
    if others:  # what was held for them may be free by now
        wallets = lock_wallets([], payer=id_tag)
    if own is None or id_tag is None:
        return arriving.arrive(start, id_tag, wallets, key=key, holds=holds)
    own.id_tag = id_tag
    bind = binding.bind if own.state == State.REQUESTED else binding.bind_late
    bind(start, own, key=key, holds=holds)
    return own


def _lock_money(own: Session | None, others: list[Session], payer: IdTag | None, *, at: datetime) -> list[Wallet]:
    """The promo code of a session that had been given up, then every wallet that this may concern."""
    if own is not None and own.state == State.FAILED:
        binding.take_promo_again(own, at=at)
    return lock_wallets([*others, own] if own else others, payer=payer)


def _sessions_of(start: Start, id_tag: IdTag | None) -> tuple[Session | None, list[Session]]:
    """The session that was requested with this tag at this station, and the other open ones of the connector.

    One that waits for a card does so at its connector; one that was given up waits only for a tag of its own.
    """
    if id_tag is None or id_tag.kind != IdTag.Kind.VIRTUAL:
        locked = lock_sessions_at(start.connector)
        own = next((one for one in locked if id_tag is not None and _waits_for_card(one, id_tag, start)), None)
        return own, [one for one in locked if one is not own]
    on_connector = Q(connector=start.connector, state__in=OPEN_STATES)
    requested = Q(station=start.station, id_tag=id_tag, state__in=[State.REQUESTED, State.FAILED])
    locked = lock_sessions(on_connector | requested)
    # A reservation's tag may have been tried before: the session that waits for its Start goes before one that failed.
    waiting = sorted(locked, key=lambda one: one.state != State.REQUESTED)
    own = next((one for one in waiting if one.id_tag_id == id_tag.pk and one.started_at is None), None)
    if own is not None and own.state == State.FAILED and _was_used_since(own, id_tag):
        own = None
    return own, [one for one in locked if one is not own]


def _waits_for_card(session: Session, id_tag: IdTag, start: Start) -> bool:
    return session.state == State.REQUESTED and session.id_tag_id == id_tag.pk and not start.is_older_than(session)


def _was_used_since(session: Session, id_tag: IdTag) -> bool:
    """Whether a newer session has charged with the tag: it is used up, and opens nothing that was given up."""
    return Session.objects.filter(id_tag=id_tag, pk__gt=session.pk, started_at__isnull=False).exists()


def _make_room(start: Start, others: list[Session]) -> bool:
    """End what cannot be running any more; False if a session that began after this Start holds the connector."""
    newer = [other for other in others if start.is_older_than(other)]
    for other in others:
        if other in newer:
            continue
        if other.state == State.REQUESTED:
            text = "Somebody else has started at this connector."
            fail_start(session=other, code="connector_taken", text=text, at=start.received_at)
        else:
            infer_end(session=other, until=start.started_at, reason="NextStart")
    return not any(other.holds_connector for other in newer)
