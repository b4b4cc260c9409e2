"""DeleteCertificate (W 5.3): the certificate is named as the station named it, hash algorithm and all (W M04.FR.07)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests import subjects
from ocpp_consumer.v16.requests.kinds import Prepared
from stations import certificates
from stations.models import Certificate, Command, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """One that the station has reported."""
    if _find(station, payload) is None:
        yield sentence(
            "Station %(station)s has reported no such certificate: ask it which it holds.", station=station.code
        )


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """For our row of it, if there is one."""
    row = _find(station, payload)
    return Prepared(payload, subject=f"certificate:{row.pk}" if row else "")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the hashes as the station reported them."""
    row = Certificate.objects.filter(pk=subjects.key_of(command, "certificate")).first()
    return {"certificateHashData": _said(row), **command.payload} if row else dict(command.payload)


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Gone, or not and why."""
    certificate_id = subjects.key_of(command, "certificate")
    said = answer.get("status") or answer.get("error")
    if certificate_id and said:
        certificates.note_deleted(certificate_id=certificate_id, status=str(said), at=at)


def _said(row: Certificate) -> dict[str, str]:
    return {
        "hashAlgorithm": row.hash_algorithm,
        "issuerNameHash": row.issuer_name_hash,
        "issuerKeyHash": row.issuer_key_hash,
        "serialNumber": row.serial_number,
    }


def _find(station: Station, payload: Mapping[str, Any]) -> Certificate | None:
    held = Certificate.objects.filter(station=station, state=Certificate.State.INSTALLED).order_by("-id")
    return next((row for row in held if _said(row) == payload["certificateHashData"]), None)
