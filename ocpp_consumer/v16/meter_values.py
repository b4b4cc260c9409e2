"""MeterValues (S 4.7): what was measured, for a session or for the connector alone."""

from typing import Any

from charging import metering
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.v16.words import connector_number, word


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Store every sample, and how the session stands by them."""
    number = connector_number(payload)
    if number is None:
        await heard.write(error="no such connector")
        return {}
    samples = metering.parse(payload.get("meterValue"), received_at=heard.received_at)
    session = await heard.conversation.attribute(number=number, ocpp_id=word(payload, "transactionId", 36))
    session_key = session.session_id if session else 0
    said: list[facts.Fact] = [
        facts.reading(
            sample,
            session_key=session_key,
            station_id=heard.conversation.station_id,
            number=number,
            received_at=heard.received_at,
        )
        for sample in samples
    ]
    if session:
        said.append(facts.meter(session_key, metering.summary(samples, meter_start_wh=session.meter_start_wh)))
    await heard.write(*said, session_key=session_key)
    return {}
