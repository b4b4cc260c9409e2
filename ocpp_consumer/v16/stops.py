"""What a StopTransaction says, read and carried out; again later, where it could not be when it came."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT

from charging import clock, lifecycle, review, strays
from charging.models import Session, StrayMessage
from ocpp_consumer.v16.words import whole, word
from stations.models import Station

log = structlog.stdlib.get_logger(__name__)
BATCH = 500


def end(*, station: Station, payload: dict[str, Any], received_at: datetime) -> Session | None:
    """End the session that the payload names; None if this station has no such session."""
    meter_stop_wh = whole(payload, "meterStop")
    moment = clock.effective(said=clock.read(payload.get("timestamp")), received_at=received_at)
    doubts = {review.MALFORMED_STOP: meter_stop_wh is None, review.CLOCK: not moment.plausible}
    return lifecycle.end(
        station=station,
        ocpp_id=word(payload, "transactionId", 36),
        meter_stop_wh=meter_stop_wh or 0,
        stopped_at=moment.at,
        reason=word(payload, "reason", 40),
        tag=word(payload, "idTag"),
        received_at=received_at,
        findings=[name for name, is_so in doubts.items() if is_so],
    )


def retry(*, at: datetime) -> int:
    """Carry out the Stops that were only kept although they name a session of their station; answers how many."""
    named = Session.objects.filter(station=OuterRef("station"), ocpp_id=OuterRef("ocpp_id"))
    # In no order: one that fails each time keeps nobody waiting for ever.
    kept = (
        StrayMessage.objects.filter(action="StopTransaction", session=None)
        .alias(ocpp_id=KT("payload__transactionId"))
        .filter(Exists(named), ocpp_id__gt="")
        .select_related("station")
        .order_by("?")[:BATCH]
    )
    done = 0
    for stray in kept:
        try:
            done += _retry(stray, at=at)
        except Exception:
            log.exception("a Stop that was kept cannot be carried out", stray=stray.pk)
    return done


@transaction.atomic
def _retry(stray: StrayMessage, *, at: datetime) -> bool:
    session = end(station=stray.station, payload=stray.payload, received_at=stray.received_at)
    if session is None:
        return False
    strays.place(stray=stray, session=session, at=at)
    return True
