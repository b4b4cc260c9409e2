"""What a StopTransaction says, read and carried out; again later, where it could not be when it came."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT

from charging import clock, lifecycle, metering, review, strays
from charging.attribution import NO_ID
from charging.models import Session, StrayMessage
from charging.models.session import OPEN_STATES
from ocpp_consumer.journal import attributions, facts, readings
from ocpp_consumer.v16.words import whole, word
from stations import registry
from stations.models import Connector, Station

log = structlog.stdlib.get_logger(__name__)
BATCH = 500
# A Start may still be on its way for this long after its Stop; after so long nobody looks for one any more.
START_MAY_COME, HOPE = timedelta(minutes=15), timedelta(days=7)


def end(
    *,
    station: Station,
    payload: dict[str, Any],
    received_at: datetime,
    first_reading: tuple[datetime, int] | None = None,
) -> Session | None:
    """End the session that the payload names, or that its first reading fits; None if this station has no such."""
    meter_stop_wh = whole(payload, "meterStop")
    said = clock.read(payload.get("timestamp"))
    moment = clock.effective(said=said, received_at=received_at)
    doubts = {review.MALFORMED_STOP: meter_stop_wh is None, review.CLOCK: not moment.plausible}
    return lifecycle.end(
        station=station,
        ocpp_id=word(payload, "transactionId", 36),
        meter_stop_wh=meter_stop_wh or 0,
        stopped_at=moment.at,
        timestamp=said,
        reason=word(payload, "reason", 40),
        tag=word(payload, "idTag"),
        received_at=received_at,
        findings=[name for name, is_so in doubts.items() if is_so],
        first_reading=first_reading,
    )


def retry(*, at: datetime, station_id: int | None = None) -> int:
    """Carry out Stops that were only kept: their session is known by now, or its Start will not come any more.

    Of one station, or of all for as long as there is hope; answers how many.
    """
    kept = StrayMessage.objects.filter(action="StopTransaction", session=None).select_related("station")
    kept = kept.filter(received_at__gt=at - HOPE) if station_id is None else kept.filter(station=station_id)
    named = Session.objects.filter(station=OuterRef("station"), ocpp_id=OuterRef("ocpp_id"))
    running = Session.objects.filter(station=OuterRef("station"), state__in=OPEN_STATES)
    running = running.filter(started_at__lte=OuterRef("received_at"))
    has_no_id = Q(ocpp_id__in=NO_ID) | Q(ocpp_id=None)
    ids = kept.alias(ocpp_id=KT("payload__transactionId"))
    # In no order: one that fails each time keeps nobody waiting for ever.
    ready = ids.filter(Q(Exists(named), ocpp_id__gt="") | (has_no_id & Exists(running))).order_by("?")[:BATCH]
    alone = kept.filter(received_at__lte=at - START_MAY_COME, payload__transactionData__isnull=False).order_by("?")
    return _each(ready, _retry, at=at) + _each(alone[:BATCH], _make_session, at=at)


def _each(kept: Any, act: Callable[..., bool], *, at: datetime) -> int:
    done = 0
    for stray in kept:
        try:
            done += act(stray, at=at)
        except Exception:
            log.exception("a Stop that was kept cannot be carried out", stray=stray.pk)
    return done


def _is_ours(stray: StrayMessage) -> bool:
    """Whether nobody else has carried it out or is about to: it is locked until the transaction ends."""
    waiting = StrayMessage.objects.select_for_update(skip_locked=True).filter(pk=stray.pk, session=None)
    return waiting.order_by().first() is not None


@transaction.atomic
def _retry(stray: StrayMessage, *, at: datetime) -> bool:
    if not _is_ours(stray):
        return False
    session = end(station=stray.station, payload=stray.payload, received_at=stray.received_at)
    if session is None:
        return False
    _place(stray, session, at=at)
    return True


@transaction.atomic
def _make_session(stray: StrayMessage, *, at: datetime) -> bool:
    """The session of a Stop that came alone: the running one that its readings fit, else one that is made of them
    (product.md, situation 7)."""
    if not _is_ours(stray):
        return False
    payload, received_at = stray.payload, stray.received_at
    samples = metering.parse(payload.get("transactionData"), received_at=received_at)
    registers = metering.registers(samples)
    meter_stop_wh = whole(payload, "meterStop")
    stopped_at = clock.effective(said=clock.read(payload.get("timestamp")), received_at=received_at).at
    if not registers or meter_stop_wh is None or not clock.DAWN <= registers[0][0] < stopped_at:
        return False
    found = end(station=stray.station, payload=payload, received_at=received_at, first_reading=registers[0])
    session = found or lifecycle.end_unstarted(
        station=stray.station,
        connector=_connector_of(stray.station),
        tag=word(payload, "idTag"),
        started_at=registers[0][0],
        stopped_at=stopped_at,
        meter_start_wh=registers[0][1],
        meter_stop_wh=meter_stop_wh,
        reason=word(payload, "reason", 40),
        received_at=received_at,
    )
    _place(stray, session, at=at)
    return True


def _place(stray: StrayMessage, session: Session, *, at: datetime) -> None:
    """The Stop has its session, and the session the readings that came before anybody knew of it."""
    samples = metering.parse(stray.payload.get("transactionData"), received_at=stray.received_at)
    where = session.station_id, session.connector.number
    readings.keep(facts.Readings(session.pk, *where, stray.received_at, samples))
    if session.started_at and session.stopped_at:
        attributions.carry_out(facts.Attribution(session.pk, *where, session.started_at, session.stopped_at))
    strays.place(stray=stray, session=session, at=at)


def _connector_of(station: Station) -> Connector:
    """A Stop names no connector: it is the only one, or else that of the station itself."""
    connectors = list(station.connectors.filter(number__gt=0)[:2])
    return connectors[0] if len(connectors) == 1 else registry.ensure_connector(station=station, number=0)
