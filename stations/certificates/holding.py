"""Root certificates on stations: installed, listed and deleted, named by the hashes that the station reports."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations import commands, pem
from stations.certificates.mirror import WAITS, hash_columns, mirror
from stations.models import Certificate, Command, Station

LONGEST_ROOT = 5500
# A station that reports more than these is not believed.
MOST_LISTED = 100


@transaction.atomic
def ask_install(*, station: Station, kind: Certificate.Kind, text: str, asked_by: str, at: datetime) -> Certificate:
    """Give the station a root certificate; Refusal certificate_malformed where it is none, or over 5500 characters."""
    text = pem.lines(text)
    try:
        pem.read_chain(text)
    except ValueError as error:
        raise Refusal(
            "certificate_malformed", sentence("This is no certificate in PEM: %(error)s.", error=error)
        ) from error
    if len(text) > LONGEST_ROOT:
        raise Refusal("certificate_malformed", "A station takes 5500 characters at most.")
    certificate = mirror(station=station, kind=kind, text=text, at=at)
    _send(certificate, intent="install_certificate", asked_by=asked_by, at=at)
    return certificate


def ask_list(*, station: Station, kind: Certificate.Kind, asked_by: str, at: datetime) -> Command:
    """Ask which roots of a kind the station holds; what it answers replaces what we thought."""
    return commands.send(
        station=station,
        intent="list_certificates",
        payload={"kind": kind},
        asked_by=asked_by,
        expires_at=at + WAITS,
        at=at,
    )


def ask_delete(*, certificate: Certificate, asked_by: str, at: datetime) -> Command:
    """Have the station delete one, by the hashes that it reported itself (W M04.FR.07); Refusal without any."""
    if not certificate.issuer_key_hash:
        raise Refusal("certificate_not_listed", "Ask the station first which certificates it holds.")
    return _send(certificate, intent="delete_certificate", asked_by=asked_by, at=at)


@transaction.atomic
def note_list(*, station: Station, kind: str, listed: Iterable[pem.HashData], at: datetime) -> None:
    """The station holds these of that kind and no others."""
    held: set[int] = set()
    known = list(Certificate.objects.filter(station=station, kind=kind).order_by("-id"))
    for named in list(listed)[:MOST_LISTED]:
        columns = hash_columns(pem.HashData(*map(storable, named))) | {"changed_at": at, "reason": ""}
        row = next((one for one in known if one.pk not in held and _is(one, named)), None)
        if row is None:
            row = Certificate.objects.create(station=station, kind=kind, state=Certificate.State.INSTALLED, **columns)
        else:
            Certificate.objects.filter(pk=row.pk).update(state=Certificate.State.INSTALLED, **columns)
        held.add(row.pk)
    gone = Certificate.objects.filter(station=station, kind=kind, state=Certificate.State.INSTALLED)
    gone.exclude(pk__in=held).update(state=Certificate.State.DELETED, changed_at=at)


def note_deleted(*, certificate_id: int, status: str, at: datetime) -> None:
    """The station has deleted it, or has not and says why; one that it does not find is gone as well."""
    row = Certificate.objects.filter(pk=certificate_id)
    if status in {"Accepted", "NotFound"}:
        row.exclude(state=Certificate.State.DELETED).update(
            state=Certificate.State.DELETED, reason="" if status == "Accepted" else status, changed_at=at
        )
    else:
        row.update(reason=storable(status)[:200], changed_at=at)


def _send(certificate: Certificate, *, intent: str, asked_by: str, at: datetime) -> Command:
    return commands.send(
        station=certificate.station,
        intent=intent,
        payload={},
        subject=f"certificate:{certificate.pk}",
        asked_by=asked_by,
        expires_at=at + WAITS,
        at=at,
    )


def _is(row: Certificate, named: pem.HashData) -> bool:
    """Whether this row is what the station names, by its own hashes or by those of its PEM in that algorithm."""
    if _folded(row.serial_number) != _folded(named.serial_number):
        return False
    if row.hash_algorithm == named.algorithm:
        return row.issuer_key_hash.casefold() == named.issuer_key_hash.casefold()
    return _hash_of(row, named.algorithm) == named.issuer_key_hash.casefold()


def _hash_of(row: Certificate, algorithm: str) -> str:
    try:
        chain = pem.read_chain(row.pem)
        issuer = next((one for one in chain if one.subject == chain[0].issuer), None)
        return pem.hash_data(chain[0], issuer=issuer, algorithm=algorithm).issuer_key_hash if issuer else ""
    except (ValueError, KeyError):
        return ""


def _folded(serial: str) -> str:
    return serial.casefold().lstrip("0")
