"""A Stop whose Start was lost for good: what can be known of its session, for a person to look at."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from billing import tariffs
from charging import authorization, events, payers, review
from charging.lifecycle.locks import lock_sessions
from charging.models import Session
from drivepower.core.texts import storable
from stations.models import Connector, Station


@transaction.atomic
def end_unstarted(
    *,
    station: Station,
    connector: Connector,
    tag: str,
    started_at: datetime,
    stopped_at: datetime,
    meter_start_wh: int,
    meter_stop_wh: int,
    reason: str,
    received_at: datetime,
) -> Session:
    """An ENDED session out of a Stop and the readings in it (registers in Wh), with the finding `only_stop`.

    Nothing was held for it, and it is billed only once somebody has accepted it. The id that the Stop names was never
    ours and may be given to another session: this one is called by its own.
    """
    session = Session(
        station=station,
        connector=connector,
        tag=storable(tag)[:255],
        asked_by=Session.AskedBy.CARD,
        state=Session.State.ENDED,
        started_at=started_at,
        stopped_at=stopped_at,
        stop_received_at=received_at,
        meter_start_wh=meter_start_wh,
        meter_stop_wh=meter_stop_wh,
        billed_energy_wh=max(0, meter_stop_wh - meter_start_wh),
        stop_reason=storable(reason)[:40] or "Local",
        findings=[review.ONLY_STOP],
    )
    _find_payer(session, tag, at=started_at, received_at=received_at)
    session.save(force_insert=True)
    session.ocpp_id = str(session.pk)
    session.save(update_fields=["ocpp_id"])
    _tell_of_overlaps(session)
    events.tell(session=session, kind="session.ended", at=received_at)
    return session


def _find_payer(session: Session, tag: str, *, at: datetime, received_at: datetime) -> None:
    """Whose tag it was, and the price for them at that moment."""
    id_tag = authorization.find(tag) if tag else None
    if id_tag is not None:
        session.id_tag, session.driver, session.company = id_tag, id_tag.user, id_tag.company
    terms = payers.card_terms(connector=session.connector, id_tag=id_tag, at=at)
    session.price_terms = tariffs.freeze_terms(terms=terms, at=received_at) if terms else None


def _tell_of_overlaps(session: Session) -> None:
    """Where another session may be of the same charge, both say so, and nobody pays for it twice unseen."""
    place = Q(connector=session.connector) if session.connector.number else Q(station=session.station)
    in_time = Q(stopped_at=None) | Q(stopped_at__gt=session.started_at)
    on_meter = Q(meter_stop_wh=None) | Q(meter_stop_wh__gt=session.meter_start_wh)
    before_end = Q(started_at__lt=session.stopped_at, meter_start_wh__lt=session.meter_stop_wh)
    for other in lock_sessions(place & in_time & on_meter & before_end & ~Q(pk=session.pk)):
        review.note(session, review.OVERLAPS, f"{review.OVERLAPS}:{other.pk}")
        review.note(other, review.OVERLAPS, f"{review.OVERLAPS}:{session.pk}")
