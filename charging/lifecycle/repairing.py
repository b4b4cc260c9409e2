"""When `begin` broke: the least that a Start must leave behind, a session with an id to answer with."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from charging import events, review, sites
from charging.lifecycle.beginning import Began
from charging.lifecycle.starts import Start, recognise
from charging.models import Session
from drivepower.core.texts import storable
from stations import registry
from stations.models import Connector, Station


@transaction.atomic
def repair(
    *,
    station: Station,
    connector: Connector,
    tag: str,
    started_at: datetime,
    timestamp: datetime | None,
    meter_start_wh: int,
    received_at: datetime,
) -> Began:
    """A minimal ACTIVE session with the finding `repair`: no tag is judged, nothing priced or held, nobody moved.

    The same Start sent again finds it; what it costs is a person's decision.
    """
    connector = registry.ensure_connector(station=station, number=connector.number)
    start = Start(station, connector, tag, started_at, timestamp, meter_start_wh, received_at)
    known, key = recognise(start)
    if known is not None:
        return Began.of(known)
    begins = start.begins(key=key, holds=False, status="Accepted", findings=[review.REPAIR])
    try:
        with transaction.atomic():
            return Began.of(_record(start, begins))
    except IntegrityError:
        # The old socket's verb was still running and has recorded this very Start.
        known, _ = recognise(start)
        if known is None:
            raise
        return Began.of(known)


def _record(start: Start, begins: dict[str, Any]) -> Session:
    session = Session.objects.create(
        station=start.station,
        tag=storable(start.tag)[:255],
        asked_by=Session.AskedBy.CARD,
        state=Session.State.ACTIVE,
        **begins,
    )
    session.ocpp_id = str(session.pk)
    session.save(update_fields=["ocpp_id"])
    sites.note_charge(location=start.station.location, at=start.received_at)
    events.tell(session=session, kind="session.started", at=start.received_at)
    return session
