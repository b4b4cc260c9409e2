"""StopTransaction (S 4.10): cannot be refused, is always answered, and changes only this station's own sessions."""

from functools import partial
from typing import Any

from charging import attribution, authorization, strays
from charging.attribution import NO_ID, Attribution
from drivepower.core import alerts
from drivepower.core.sentences import sentence
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.masking import mask
from ocpp_consumer.v16 import foreign, measured, stops
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import effective_time, tag_info, word, zulu

LOST = alerts.closed_by_people("stop_not_kept")


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Store the readings inside it, then end the session; one that nobody knows is kept as a stray."""
    conversation = heard.conversation
    ocpp_id = word(payload, "transactionId", 36)
    session = None if ocpp_id in NO_ID else await conversation.attribute(number=0, ocpp_id=ocpp_id)
    if session:
        await _write_readings(heard, payload, session)
    ways = (
        partial(_end, heard, payload),
        partial(_keep, heard, payload, "the verb failed"),
        partial(_cry, heard, ocpp_id),
    )
    told = await conversation.gateway.database.run(tell, heard, *ways)
    conversation.transactions.pop(ocpp_id, None)
    if session is None and payload.get("transactionData"):
        await _write_late(heard, payload, session_key=told.session_key if told else 0)
    conversation.gateway.note_change("sessions")
    return told.answer if told else {}


async def _write_readings(heard: Heard, payload: dict[str, Any], session: Attribution) -> None:
    """The samples that a Stop brings, and those that came before the Start of its session was known."""
    said: list[facts.Fact] = []
    if payload.get("transactionData"):
        said += await heard.work_out(_facts, heard, payload, session)
    if session.is_late and session.until is None:
        until = effective_time(payload, received_at=heard.received_at)
        said.append(measured.claim(heard, session, until=until))
    if said:
        await heard.conversation.gateway.journal.write(*said)


async def _write_late(heard: Heard, payload: dict[str, Any], *, session_key: int) -> None:
    """The samples of a Stop that named no session: of the one that was found all the same, else of the station."""
    conversation = heard.conversation
    session = await conversation.attribute(number=0, ocpp_id=str(session_key)) if session_key else None
    await conversation.gateway.journal.write(*await heard.work_out(_facts, heard, payload, session))


def _facts(heard: Heard, payload: dict[str, Any], session: Attribution | None) -> list[facts.Fact]:
    samples = measured.parse(heard, payload["transactionData"])
    if session is None:
        return measured.of_connector(heard, samples, number=0)
    if session.until is None:
        return measured.of_session(heard, samples, session)
    found, left = attribution.part(samples, [session])
    own = measured.of_session(heard, found.get(session, []), session)
    return own + measured.of_connector(heard, left, number=session.number)


def _end(heard: Heard, payload: dict[str, Any]) -> Told:
    station = heard.conversation.named_station()
    session = stops.end(station=station, payload=payload, received_at=heard.received_at)
    if session is None:
        named = word(payload, "transactionId", 36)
        is_foreign = foreign.note(station_id=station.pk, ocpp_id=named, action="StopTransaction", at=heard.received_at)
        return _keep(heard, payload, foreign.TOLD if is_foreign else "no such session of this station")
    tag = word(payload, "idTag")
    verdict = authorization.authorize(tag=tag, station=station, at=heard.received_at) if tag else None
    info = verdict and tag_info(verdict.status, expiry=verdict.expiry, parent=verdict.parent)
    return Told({"idTagInfo": info} if info else {}, session.pk)


def _keep(heard: Heard, payload: dict[str, Any], tried: str) -> Told:
    station = heard.conversation.named_station()
    said = mask(payload)
    strays.keep(station=station, action="StopTransaction", payload=said, received_at=heard.received_at, tried=tried)
    return Told({})


def _cry(heard: Heard, ocpp_id: str) -> Told:
    """Nothing but its frame is left of the Stop, and no sweep reads frames: somebody must."""
    code, at = heard.conversation.code, heard.received_at
    text = sentence(
        "The StopTransaction of %(name)s could not be carried out nor kept; its words are in the frame that came at"
        " %(moment)s.",
        name=ocpp_id or sentence("no transaction"),
        moment=zulu(at),
    )
    alerts.open_alert(kind=LOST, subject=f"station:{code}:stop:{ocpp_id}", text=text, at=at)
    return Told({})
