"""CertificateSigned (W 5.1): the chain that answers an earlier SignCertificate; a refusal is followed by an event."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests import subjects
from ocpp_consumer.v16.requests.certificates import pem_problems
from ocpp_consumer.v16.requests.kinds import Prepared
from stations import certificates
from stations.certificates.signing import longest_chain
from stations.models import Certificate, Command, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A chain in PEM, not longer than the station takes."""
    chain = payload["certificateChain"]
    yield from pem_problems(chain, name="certificateChain")
    longest = longest_chain(station)
    if len(chain) > longest:
        yield sentence(
            "Station %(station)s takes %(longest)s characters at most.", station=station.code, longest=longest
        )


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A row for the certificate that a person sends by hand."""
    return mirror(Certificate.Kind.CHARGE_POINT, station, payload, field="certificateChain", at=at)


def mirror(kind: str, station: Station, payload: dict[str, Any], *, field: str, at: datetime) -> Prepared:
    """A row for a certificate that is on its way; the command names it and does not repeat it."""
    row = certificates.mirror(station=station, kind=kind, text=payload[field], at=at)
    rest = {name: value for name, value in payload.items() if name != field}
    return Prepared(rest, subject=f"certificate:{row.pk}")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the chain."""
    row = Certificate.objects.filter(pk=subjects.key_of(command, "certificate")).first()
    return {"certificateChain": row.pem} if row else dict(command.payload)


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Installed or not; silence leaves it open, because the station may have it."""
    certificate_id = subjects.key_of(command, "certificate")
    if not certificate_id or state == Command.State.TIMED_OUT:
        return
    certificates.note_answer(
        certificate_id=certificate_id,
        accepted=state == Command.State.ACCEPTED,
        reason=str(answer.get("status") or answer.get("error") or state),
        at=at,
    )
