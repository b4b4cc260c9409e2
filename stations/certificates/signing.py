"""A station asks for a certificate: answered at once, signed afterwards, sent as a command of its own (W A02)."""

from datetime import datetime, timedelta

import structlog
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from drivepower.core import alerts, doorbell
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations import ca, commands, pem
from stations.certificates import reasons
from stations.certificates.mirror import WAITS, columns_of
from stations.models import Certificate, Command, ConfigurationKey, Station

# One request of a station in this time; the same one again is the same wish.
PACE = timedelta(minutes=1)
# W 5.1 and the configuration key that may say less.
LONGEST_CHAIN = 10_000
# RFC 5280: no CN is longer.
LONGEST_NAME = 64
CHAIN_KEY = "CertificateSignedMaxChainSize"
BATCH = 100
# No worker is at one request for longer: CELERY_TASK_TIME_LIMIT ends it.
AGAIN = timedelta(seconds=120)
REFUSED = alerts.closed_by_people("certificate_refused")

log = structlog.stdlib.get_logger(__name__)


def ask_request(*, station: Station, asked_by: str, at: datetime) -> Command:
    """Ask the station to make a key and a request for its certificate (W 5.5)."""
    return commands.send(
        station=station,
        intent="request_certificate",
        payload={},
        awaits="SignCertificate",
        asked_by=asked_by,
        expires_at=at + WAITS,
        at=at,
    )


def receive_request(*, station: Station, text: str, at: datetime) -> str:
    """Keep a request to be signed soon; why not, where it cannot be. Its subject is not looked at: ours is signed."""
    try:
        request = pem.read_request(text)
    except ValueError as error:
        return f"the request cannot be signed: {error}"
    if station.contested_at is not None:
        return "two sockets fight for this identity"
    asked = Certificate.objects.filter(station=station, kind=Certificate.Kind.CHARGE_POINT).exclude(csr="")
    text = pem.lines(storable(text))
    if asked.filter(state=Certificate.State.REQUESTED, csr=text).exists():
        return ""
    if asked.filter(changed_at__gt=at - PACE).exists():
        return "it asks too often"
    Certificate.objects.create(
        station=station,
        kind=Certificate.Kind.CHARGE_POINT,
        state=Certificate.State.REQUESTED,
        csr=text,
        subject=storable(request.subject.rfc4514_string())[:500],
        changed_at=at,
    )
    doorbell.hint("stations.sign_certificates")
    return ""


def sign_waiting(*, at: datetime) -> int:
    """Sign whatever waits; an authority that fails keeps nobody else waiting and is asked again. How many were sent."""
    waiting = Certificate.objects.filter(state=Certificate.State.REQUESTED).select_related("station")
    for certificate in waiting.filter(changed_at__lte=at - WAITS):
        _refuse(certificate, sentence(reasons.UNSIGNED), at=at)
    # Whoever was tried longest ago comes first: those that fail keep nobody behind them waiting.
    turn = F("tried_at").asc(nulls_first=True)
    due = waiting.filter(Q(tried_at=None) | Q(tried_at__lte=at - AGAIN)).order_by(turn, "id")[:BATCH]
    return sum(_try(certificate, at=at) for certificate in due)


def _try(certificate: Certificate, *, at: datetime) -> bool:
    """Sign one request, if no other worker has taken it meanwhile; what fails is tried again later."""
    mine = Certificate.objects.filter(pk=certificate.pk, state=Certificate.State.REQUESTED)
    if not mine.filter(tried_at=certificate.tried_at).update(tried_at=at):
        return False
    try:
        return sign(certificate=certificate, at=at)
    except Exception:
        log.exception("a certificate was not signed", certificate=certificate.pk)
        return False


def sign(*, certificate: Certificate, at: datetime) -> bool:
    """Have one request signed and send the chain; False where that was done meanwhile, or is refused for good."""
    station, request = certificate.station, pem.read_request(certificate.csr)
    name = station.certificate_name or pem.common_name(request.subject) or station.serial or station.identity
    if len(name) > LONGEST_NAME:
        why = sentence(reasons.LONG_NAME, count=LONGEST_NAME)
        return _refuse(certificate, why, at=at)
    if not _is_free(name, station=station):
        why = sentence(reasons.NAME_TAKEN, name=repr(name))
        return _refuse(certificate, why, at=at)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.OCPP_OPERATOR_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    text = pem.lines(ca.authority().sign(request, subject=subject, at=at))
    if len(text) > longest_chain(station):
        why = sentence(reasons.LONG_CHAIN, count=len(text))
        return _refuse(certificate, why, at=at)
    try:
        return _send(certificate, name=name, text=text, at=at)
    except IntegrityError:
        why = sentence(reasons.NAME_GIVEN, name=repr(name))
        return _refuse(certificate, why, at=at)


@transaction.atomic
def _send(certificate: Certificate, *, name: str, text: str, at: datetime) -> bool:
    waiting = Certificate.objects.filter(pk=certificate.pk, state=Certificate.State.REQUESTED)
    columns = columns_of(pem.read_chain(text))
    if not waiting.update(state=Certificate.State.SENT, pem=text, changed_at=at, **columns):
        return False
    # From now on the name is this station's alone, before anyone holds a certificate with it.
    Station.objects.filter(pk=certificate.station_id, certificate_name="").update(certificate_name=name)
    subject = f"station:{certificate.station.code}"
    alerts.resolve_alert(kind=REFUSED, subject=subject, at=at)
    commands.send(
        station=certificate.station,
        intent="sign_certificate_answer",
        payload={},
        subject=f"certificate:{certificate.pk}",
        asked_by="rule:certificates",
        expires_at=at + WAITS,
        at=at,
    )
    return True


def _is_free(name: str, *, station: Station) -> bool:
    """Whether no other station is known by that name: a certificate must not open another one's door."""
    others = Station.objects.exclude(pk=station.pk)
    return not others.filter(Q(certificate_name=name) | Q(identity=name) | Q(serial=name)).exists()


def longest_chain(station: Station) -> int:
    """How many characters of PEM the station takes, as far as it has said."""
    said = ConfigurationKey.objects.filter(station=station, key=CHAIN_KEY).values_list("value", flat=True).first()
    return min(LONGEST_CHAIN, int(said)) if said and said.isdecimal() and len(said) < 10 else LONGEST_CHAIN


def _refuse(certificate: Certificate, why: str, *, at: datetime) -> bool:
    waiting = Certificate.objects.filter(pk=certificate.pk, state=Certificate.State.REQUESTED)
    if waiting.update(state=Certificate.State.REJECTED, reason=why[:200], changed_at=at):
        subject = f"station:{certificate.station.code}"
        alerts.open_alert(kind=REFUSED, subject=subject, text=why, at=at)
    return False
