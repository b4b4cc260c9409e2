"""InstallCertificate (W 5.11): a root of ours or of the manufacturer."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests import subjects
from ocpp_consumer.v16.requests.certificate_signed import hear, mirror
from ocpp_consumer.v16.requests.certificates import pem_problems
from ocpp_consumer.v16.requests.kinds import Prepared
from stations import pem
from stations.models import Certificate, Command, Station

__all__ = ["check", "fill", "hear", "prepare"]


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A certificate in PEM that others may be checked by; its length is in the schema."""
    yield from pem_problems(payload["certificate"], name="certificate")
    try:
        if not pem.is_root(pem.read_chain(payload["certificate"])[0]):
            yield sentence("certificate is no root: neither CA:TRUE nor signed by itself.")
    except ValueError:
        return  # which has been said


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A row for it."""
    return mirror(payload["certificateType"], station, payload, field="certificate", at=at)


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the certificate."""
    row = Certificate.objects.filter(pk=subjects.key_of(command, "certificate")).first()
    return {"certificateType": row.kind, "certificate": row.pem} if row else dict(command.payload)
