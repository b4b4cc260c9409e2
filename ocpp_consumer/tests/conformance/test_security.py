"""The security whitepaper over profile 1: keys, certificates, logs, signed firmware and events."""

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.base import ContentFile

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.conformance import pki
from ocpp_consumer.tests.conformance.asking import OPERATOR, State, answered, outcome, wish
from ocpp_consumer.tests.conformance.charger import Call, Charger, connected, now
from ocpp_consumer.tests.conformance.refusing import refused
from ocpp_consumer.tests.conformance.server import Server
from ocpp_consumer.tests.conformance.site import make_site
from ocpp_consumer.tests.server import wait_until
from ocpp_consumer.v16 import door
from stations import certificates, files
from stations.models import Certificate, Command, DiagnosticsJob, FirmwareImage, FirmwareJob, JobState, SecurityEvent

Kind = Certificate.Kind
CONTENT = b"signed firmware of the suite " * 100


@pytest.fixture(scope="module")
def authority() -> pki.Authority:
    """A root that operators give to stations."""
    return pki.Authority("Suite Root")


def reports(cp: Charger, event: str) -> None:
    """SecurityEventNotification, answered and kept."""
    assert cp.ask("SecurityEventNotification", type=event, timestamp=now()) == {}
    kept = SecurityEvent.objects.get(station=cp.site.station_id, source=SecurityEvent.Source.STATION)
    assert kept.type == event


def rotation(cp: Charger) -> tuple[Command, Call, str]:
    """A new key on its way: the command, the request and the key."""
    command = wish(cp, "rotate_key")
    call = cp.expect("ChangeConfiguration")
    assert call.payload["key"] == "AuthorizationKey"
    key: str = call.payload["value"]
    assert len(bytes.fromhex(key)) == 20
    return command, call, key


def test_tc_073(cp: Charger, server: Server) -> None:
    """Update Charge Point Password for HTTP Basic Authentication"""
    command, call, key = rotation(cp)
    assert answered(cp, call, command, status="Accepted").state == State.ACCEPTED
    cp.socket.close()
    assert refused(cp.site, server) == 401
    with connected(cp.site, server.url, key=key) as again:
        again.booted()
    assert not Frame.objects.filter(station_id=cp.site.station_id, text__contains=key).exists()
    assert key not in str(Command.objects.filter(station=cp.site.station_id).values_list("payload", "answer"))


def test_dp_key_rotation_answer_lost(server: Server) -> None:
    """A new key whose acceptance was lost: both are good until one is used"""
    for took_it in (True, False):
        site = make_site()
        with connected(site, server.url) as cp:
            command, _, key = rotation(cp)
        assert outcome(command).state == State.FAILED
        assert site.station.key_in_doubt
        used, useless = (key, site.key) if took_it else (site.key, key)
        with connected(site, server.url, key=used) as again:
            again.booted()
        assert not site.station.key_in_doubt
        assert refused(site, server, key=useless) == 401


def sign_request(cp: Charger) -> tuple[Certificate, Call, pki.Key]:
    """The station is asked to ask for a certificate, does, and is sent one."""
    command = certificates.ask_request(station=cp.site.station, asked_by=OPERATOR, at=datetime.now(UTC))
    call = cp.expect("ExtendedTriggerMessage")
    assert call.payload == {"requestedMessage": "SignChargePointCertificate"}
    assert answered(cp, call, command, status="Accepted").state == State.ACCEPTED
    key = pki.new_key()
    assert cp.ask("SignCertificate", csr=pki.request_of(key, cp.site.serial)) == {"status": "Accepted"}
    certificates.sign_waiting(at=datetime.now(UTC))
    row = Certificate.objects.get(station=cp.site.station_id, kind=Kind.CHARGE_POINT)
    return row, cp.expect("CertificateSigned"), key


def test_tc_077(cp: Charger) -> None:
    """Invalid ChargePointCertificate Security Event"""
    row, call, _ = sign_request(cp)
    cp.reply(call, status="Rejected")
    rejected = Certificate.objects.filter(pk=row.pk, state=Certificate.State.REJECTED)
    wait_until(rejected.exists, "the certificate is rejected")
    reports(cp, "InvalidChargePointCertificate")


def install(cp: Charger, authority: pki.Authority, kind: Certificate.Kind, answer: str) -> Certificate:
    """InstallCertificate of that kind, answered like that; the row as it stands then."""
    pem = pki.Pair(authority.root, authority.key).pem
    row = certificates.ask_install(
        station=cp.site.station, kind=kind, text=pem, asked_by=OPERATOR, at=datetime.now(UTC)
    )
    call = cp.expect("InstallCertificate")
    assert call.payload == {"certificateType": kind.value, "certificate": pem}
    answered(cp, call, Command.objects.get(subject=f"certificate:{row.pk}"), status=answer)
    row.refresh_from_db()
    return row


def listed(cp: Charger, kind: Certificate.Kind, named: dict[str, str]) -> Certificate:
    """GetInstalledCertificateIds of that kind, answered with one; its row."""
    command = certificates.ask_list(station=cp.site.station, kind=kind, asked_by=OPERATOR, at=datetime.now(UTC))
    call = cp.expect("GetInstalledCertificateIds")
    assert call.payload == {"certificateType": kind.value}
    assert answered(cp, call, command, status="Accepted", certificateHashData=[named]).state == State.ACCEPTED
    return Certificate.objects.get(station=cp.site.station_id, state=Certificate.State.INSTALLED)


def installed_and_listed(cp: Charger, authority: pki.Authority, kind: Certificate.Kind) -> None:
    """A root is installed; the station lists it, and it is the same one."""
    row = install(cp, authority, kind, "Accepted")
    assert row.state == Certificate.State.INSTALLED
    assert listed(cp, kind, pki.hash_data(authority.root, "SHA256")).pk == row.pk


def test_tc_075_1(cp: Charger, authority: pki.Authority) -> None:
    """Install a Certificate: ManufacturerRootCertificate"""
    installed_and_listed(cp, authority, Kind.MANUFACTURER_ROOT)


def test_tc_075_2(cp: Charger, authority: pki.Authority) -> None:
    """Install a Certificate: CentralSystemRootCertificate"""
    installed_and_listed(cp, authority, Kind.CENTRAL_SYSTEM_ROOT)


def test_tc_076(cp: Charger, authority: pki.Authority) -> None:
    """Delete a Specific Certificate from the Charge Point"""
    for algorithm in ("SHA256", "SHA384", "SHA512"):
        named = pki.hash_data(authority.root, algorithm)
        row = listed(cp, Kind.CENTRAL_SYSTEM_ROOT, named)
        command = certificates.ask_delete(certificate=row, asked_by=OPERATOR, at=datetime.now(UTC))
        call = cp.expect("DeleteCertificate")
        assert call.payload == {"certificateHashData": named}
        assert answered(cp, call, command, status="Accepted").state == State.ACCEPTED
        row.refresh_from_db()
        assert row.state == Certificate.State.DELETED


def test_tc_078(cp: Charger, authority: pki.Authority) -> None:
    """Invalid CentralSystemCertificate Security Event"""
    row = install(cp, authority, Kind.CENTRAL_SYSTEM_ROOT, "Rejected")
    assert row.state == Certificate.State.REJECTED
    reports(cp, "InvalidCentralSystemCertificate")


def test_tc_079(cp: Charger) -> None:
    """Get Security Log"""
    door.ask(
        station=cp.site.station,
        action="GetLog",
        payload={"logType": "SecurityLog"},
        asked_by=OPERATOR,
        at=datetime.now(UTC),
    )
    job = DiagnosticsJob.objects.filter(station=cp.site.station).latest("id")
    call = cp.expect("GetLog")
    assert (call.payload["logType"], call.payload["requestId"]) == ("SecurityLog", job.pk)
    command = Command.objects.get(subject=f"diagnostics:{job.pk}")
    answered(cp, call, command, status="Accepted", filename="security.log")
    cp.ask("LogStatusNotification", status="Uploading", requestId=job.pk)
    assert httpx.put(f"{call.payload['log']['remoteLocation']}security.log", content=b"all quiet").is_success
    cp.ask("LogStatusNotification", status="Uploaded", requestId=job.pk)
    job.refresh_from_db()
    assert (job.state, Path(job.uploads.get().file.path).read_bytes()) == (JobState.DONE, b"all quiet")


def signed_update(cp: Charger, authority: pki.Authority) -> tuple[FirmwareJob, Call]:
    """SignedUpdateFirmware with an image whose signature holds, accepted; the job and what the station was told."""
    signer = authority.issue("Manufacturer")
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    signature = base64.b64encode(signer.key.sign(CONTENT, ec.ECDSA(hashes.SHA256()))).decode()
    image = FirmwareImage.objects.create(
        name="Signed",
        version="2.0",
        file=ContentFile(CONTENT, name="signed.bin"),
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        signature=signature,
        signing_certificate=signer.pem,
    )
    at = datetime.now(UTC)
    (job,) = files.ask_firmware_update(
        stations=[cp.site.station], image=image, retrieve_at=at, signed=True, asked_by=OPERATOR, at=at
    )
    call = cp.expect("SignedUpdateFirmware")
    firmware = call.payload["firmware"]
    assert (firmware["signature"], firmware["signingCertificate"]) == (signature, signer.pem)
    assert call.payload["requestId"] == job.pk
    assert answered(cp, call, Command.objects.get(subject=f"firmware:{job.pk}"), status="Accepted").answer
    return job, call


def says(cp: Charger, job: FirmwareJob, *statuses: str) -> FirmwareJob:
    """SignedFirmwareStatusNotification for each of these; the job after the last one."""
    for status in statuses:
        assert cp.ask("SignedFirmwareStatusNotification", status=status, requestId=job.pk) == {}
    job.refresh_from_db()
    assert job.status == statuses[-1]
    return job


def test_tc_080(cp: Charger, authority: pki.Authority) -> None:
    """Secure Firmware Update"""
    job, call = signed_update(cp, authority)
    says(cp, job, "Downloading")
    assert httpx.get(call.payload["firmware"]["location"]).content == CONTENT
    says(cp, job, "Downloaded", "SignatureVerified", "Installing", "InstallRebooting")
    cp.boot()
    reports(cp, "FirmwareUpdated")
    assert says(cp, job, "Installed").state == JobState.DONE


def test_tc_081(cp: Charger, authority: pki.Authority) -> None:
    """Secure Firmware Update: Invalid Signature"""
    job, _ = signed_update(cp, authority)
    says(cp, job, "Downloading", "Downloaded")
    assert says(cp, job, "InvalidSignature").state == JobState.FAILED
    reports(cp, "InvalidFirmwareSignature")
