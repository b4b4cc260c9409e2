"""MeterValues (S 4.7): what was measured, for a session or for the connector alone."""

import asyncio
from collections.abc import Sequence
from typing import Any

from charging import attribution
from charging.attribution import LATE, NO_ID, Attribution
from charging.metering import Sample
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.v16 import foreign, measured
from ocpp_consumer.v16.words import connector_number, word


def begin(heard: Heard, payload: dict[str, Any], stored: "asyncio.Future[None]") -> bool:
    """Hand in at once what is said for a running transaction that is known; False for all else, which takes `hear`."""
    session = heard.conversation.transactions.get(word(payload, "transactionId", 36))
    if session is None or session.until is not None or connector_number(payload) is None:
        return False
    samples = measured.parse(heard, payload.get("meterValue"))
    said = measured.of_session(heard, samples, session)
    heard.hand_in(*said, session_key=session.session_id, stored=stored)
    return True


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Store every sample, and how the session stands by them."""
    number = connector_number(payload)
    if number is None:
        await heard.write(error="no such connector")
        return {}
    samples = await heard.work_out(measured.parse, heard, payload.get("meterValue"))
    ocpp_id = word(payload, "transactionId", 36)
    session = await heard.conversation.attribute(number=number, ocpp_id=ocpp_id)
    if session and session.until is None and ocpp_id not in NO_ID:
        said = await heard.work_out(measured.of_session, heard, samples, session)
    else:
        said = await _sort_out(heard, samples, session, number=number, ocpp_id=ocpp_id)
    await heard.write(*said, session_key=session.session_id if session else 0)
    return {}


async def _sort_out(
    heard: Heard, samples: Sequence[Sample], session: Attribution | None, *, number: int, ocpp_id: str
) -> list[facts.Fact]:
    """Samples by their time: of a transaction that is over, or of whatever charged there then."""
    conversation = heard.conversation
    found, left = await heard.work_out(attribution.part, samples, [session] if session else [])
    if left and ocpp_id not in NO_ID:
        heard.findings.append("later than the end of its transaction" if session else await _tried(heard, ocpp_id))
    elif left and min(sample.at for sample in left) <= heard.received_at - LATE:
        known = await conversation.gateway.database.run(
            attribution.sessions_at,
            station_id=conversation.station_id,
            number=number,
            times=[sample.at for sample in left],
        )
        more, left = await heard.work_out(attribution.part, left, known)
        found |= more
    if left and number:
        conversation.attributed.discard(number)
    said = [fact for owner, own in found.items() for fact in measured.of_session(heard, own, owner)]
    return said + measured.of_connector(heard, left, number=number)


async def _tried(heard: Heard, ocpp_id: str) -> str:
    """What is odd about a transaction that this station does not have."""
    conversation = heard.conversation
    is_foreign = await conversation.gateway.database.run(
        foreign.note,
        station_id=conversation.station_id,
        ocpp_id=ocpp_id,
        action="MeterValues",
        at=heard.received_at,
    )
    return foreign.TOLD if is_foreign else "no such transaction"
