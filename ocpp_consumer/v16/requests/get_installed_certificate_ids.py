"""GetInstalledCertificateIds (W 5.7): which roots of a kind a station holds; NotFound says that it holds none."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ocpp_consumer.v16 import intents
from ocpp_consumer.v16.words import word
from stations import certificates
from stations.models import Command
from stations.pem import ALGORITHMS, HashData

ANSWERED = frozenset({"Accepted", "NotFound"})


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """What it holds replaces what we thought; an answer that says neither changes nothing."""
    if word(answer, "status") not in ANSWERED:
        return
    kind = intents.translate(command.intent, command.payload)[1]["certificateType"]
    listed = answer.get("certificateHashData")
    found = list(_read(listed)) if isinstance(listed, list) else []
    certificates.note_list(station=command.station, kind=kind, listed=found, at=at)


def _read(listed: list[Any]) -> Iterator[HashData]:
    for one in listed:
        if isinstance(one, dict) and one.get("hashAlgorithm") in ALGORITHMS:
            name_hash, key_hash = word(one, "issuerNameHash", 128), word(one, "issuerKeyHash", 128)
            yield HashData(one["hashAlgorithm"], name_hash, key_hash, word(one, "serialNumber", 50))
