"""MeterValues (S 4.7): what was measured, for a session or for the connector alone."""

from collections.abc import Sequence
from typing import Any

from charging import attribution
from charging.attribution import LATE, NO_ID, Attribution
from charging.metering import Sample
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.v16 import measured
from ocpp_consumer.v16.words import connector_number, word


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Store every sample, and how the session stands by them."""
    number = connector_number(payload)
    if number is None:
        await heard.write(error="no such connector")
        return {}
    samples = measured.parse(heard, payload.get("meterValue"))
    ocpp_id = word(payload, "transactionId", 36)
    session = await heard.conversation.attribute(number=number, ocpp_id=ocpp_id)
    if session and session.until is None and ocpp_id not in NO_ID:
        said = measured.of_session(heard, samples, session)
    else:
        said = await _sort_out(heard, samples, session, number=number, named=ocpp_id not in NO_ID)
    await heard.write(*said, session_key=session.session_id if session else 0)
    return {}


async def _sort_out(
    heard: Heard, samples: Sequence[Sample], session: Attribution | None, *, number: int, named: bool
) -> list[facts.Fact]:
    """Samples by their time: of a transaction that is over, or of whatever charged there then."""
    conversation = heard.conversation
    found, left = attribution.part(samples, [session] if session else [])
    if named and left:
        heard.findings.append("later than the end of its transaction" if session else "no such transaction")
    elif left and min(sample.at for sample in left) <= heard.received_at - LATE:
        known = await conversation.gateway.database.run(
            attribution.sessions_at,
            station_id=conversation.station_id,
            number=number,
            times=[sample.at for sample in left],
        )
        more, left = attribution.part(left, known)
        found |= more
    if left and number:
        conversation.unattributed.add(number)
    said = [fact for owner, own in found.items() for fact in measured.of_session(heard, own, owner)]
    return said + measured.of_connector(heard, left, number=number)
