"""SignCertificate (W 5.16): taken or not at once; the certificate follows in a call of ours (W A02)."""

from functools import partial
from typing import Any

from ocpp_consumer.heard import Heard
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import word
from stations import certificates
from stations.models import Station
from stations.pem import LONGEST


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any] | None:
    """Keep the request to be signed."""
    told = await heard.conversation.gateway.database.run(tell, heard, partial(_judge, heard, payload))
    return told.answer if told else None


def _judge(heard: Heard, payload: dict[str, Any]) -> Told:
    station = Station.objects.get(pk=heard.conversation.station_id)
    text = word(payload, "csr", LONGEST + 1)
    problem = certificates.receive_request(station=station, text=text, at=heard.received_at)
    if problem:
        heard.findings.append(problem)
    return Told({"status": "Rejected" if problem else "Accepted"})
