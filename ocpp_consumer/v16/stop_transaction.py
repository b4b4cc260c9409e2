"""StopTransaction (S 4.10): cannot be refused, is always answered, and changes only this station's own sessions."""

from functools import partial
from typing import Any

from charging import authorization, metering, strays
from charging.models import Session
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.v16 import stops
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import tag_info, word
from stations.models import Station


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Store the readings inside it, then end the session; one that nobody knows is kept as a stray."""
    conversation = heard.conversation
    ocpp_id = word(payload, "transactionId", 36)
    if payload.get("transactionData"):
        await _write_readings(heard, payload, ocpp_id)
    told = await conversation.gateway.database.run(
        tell, heard, partial(_end, heard, payload), partial(_keep, heard, payload, "the verb failed")
    )
    conversation.transactions.pop(ocpp_id, None)
    conversation.gateway.note_change("sessions")
    return told.answer if told else {}


async def _write_readings(heard: Heard, payload: dict[str, Any], ocpp_id: str) -> None:
    gateway, station_id = heard.conversation.gateway, heard.conversation.station_id
    samples = metering.parse(payload["transactionData"], received_at=heard.received_at)
    session = await heard.conversation.attribute(number=0, ocpp_id=ocpp_id)
    session_key = session.session_id if session else 0
    number = await gateway.database.run(_connector_of, session_key)
    said: list[facts.Fact] = [
        facts.reading(
            sample, session_key=session_key, station_id=station_id, number=number, received_at=heard.received_at
        )
        for sample in samples
    ]
    if session:
        said.append(facts.meter(session_key, metering.summary(samples, meter_start_wh=session.meter_start_wh)))
    await gateway.journal.write(*said)


def _connector_of(session_key: int) -> int:
    """A Stop names no connector, yet a sample that was sent before is the same sample only on the same one."""
    number = Session.objects.filter(pk=session_key).values_list("connector__number", flat=True).first()
    return number or 0


def _end(heard: Heard, payload: dict[str, Any]) -> Told:
    station = Station.objects.get(pk=heard.conversation.station_id)
    session = stops.end(station=station, payload=payload, received_at=heard.received_at)
    if session is None:
        return _keep(heard, payload, "no such session of this station")
    tag = word(payload, "idTag")
    verdict = authorization.authorize(tag=tag, station=station, at=heard.received_at) if tag else None
    info = verdict and tag_info(verdict.status, expiry=verdict.expiry, parent=verdict.parent)
    return Told({"idTagInfo": info} if info else {}, session.pk)


def _keep(heard: Heard, payload: dict[str, Any], tried: str) -> Told:
    station = Station.objects.get(pk=heard.conversation.station_id)
    strays.keep(station=station, action="StopTransaction", payload=payload, received_at=heard.received_at, tried=tried)
    return Told({})
