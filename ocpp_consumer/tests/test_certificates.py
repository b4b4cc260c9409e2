"""Certificates over a real socket: asked for, signed, sent, installed, listed and deleted (W A02, M, 5)."""

from typing import Any

import pytest
from django.utils import timezone

from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from ocpp_consumer.tests.hosted import asked, settled, told
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from ocpp_consumer.v16 import door
from stations import certificates, pem
from stations.models import Certificate, Command, SecurityEvent, Station
from stations.tasks import sign_certificates
from stations.tests.papers import request_of, self_signed

Kind, State = Certificate.Kind, Certificate.State


async def ask(station: Station, action: str, payload: dict[str, Any], **more: Any) -> Command:
    """Through the operator's door."""
    given = {"station": station, "action": action, "payload": payload, "asked_by": "staff:1", "at": timezone.now()}
    command: Command = await in_db(door.ask)(**given, **more)
    return command


async def row_of(certificate_id: int) -> Certificate:
    row: Certificate = await in_db(Certificate.objects.get)(pk=certificate_id)
    return row


def reported(text: str, algorithm: str) -> dict[str, str]:
    """A root as a station names it."""
    [root] = pem.read_chain(text)
    named = pem.hash_data(root, issuer=root, algorithm=algorithm)
    names = ("hashAlgorithm", "issuerNameHash", "issuerKeyHash", "serialNumber")
    return dict(zip(names, named, strict=True))


async def test_it_gives_a_station_the_certificate_that_it_asks_for(talk: Talk, station: Station) -> None:
    """TC_074."""
    trigger = await ask(station, "ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"})
    said = await told(talk, "ExtendedTriggerMessage", {"status": "Accepted"})
    assert said == {"requestedMessage": "SignChargePointCertificate"}
    assert await talk.ask("SignCertificate", {"csr": request_of("SN-1")}) == {"status": "Accepted"}
    await in_db(sign_certificates)()
    said = await told(talk, "CertificateSigned", {"status": "Accepted"})

    [certificate] = pem.read_chain(said["certificateChain"])
    assert certificate.subject.rfc4514_string() == "CN=SN-1,O=DrivePower"
    assert said["certificateChain"].endswith("-----END CERTIFICATE-----\n")
    assert "\r" not in said["certificateChain"]
    installed = Certificate.objects.filter(station=station, kind=Kind.CHARGE_POINT, state=State.INSTALLED)
    await eventually(installed.exists, "it is installed")
    assert (await in_db(Station.objects.get)(pk=station.pk)).certificate_name == "SN-1"
    seen = Command.objects.filter(pk=trigger.pk, effect=Command.Effect.SEEN)
    await eventually(seen.exists, "the trigger had its effect")


async def test_it_asks_a_station_for_a_request_by_verb(talk: Talk, station: Station) -> None:
    await in_db(certificates.ask_request)(station=station, asked_by="staff:1", at=timezone.now())

    _, said = await asked(talk, "ExtendedTriggerMessage")

    assert said == {"requestedMessage": "SignChargePointCertificate"}


async def test_it_hears_that_a_station_does_not_take_its_certificate(talk: Talk, station: Station) -> None:
    """TC_077, with a certificate that a person sends by hand."""
    payload = {"certificateChain": self_signed("somebody else")}
    await ask(station, "CertificateSigned", payload)
    assert await told(talk, "CertificateSigned", {"status": "Rejected"}) == payload
    event = {"type": "InvalidChargePointCertificate", "timestamp": now(), "techInfo": "wrong CN"}
    assert await talk.ask("SecurityEventNotification", event) == {}

    rejected = Certificate.objects.filter(station=station, state=State.REJECTED, reason="Rejected")
    await eventually(rejected.exists, "it is rejected")
    assert (await in_db(SecurityEvent.objects.get)()).detail == "wrong CN"
    assert (await in_db(Alert.objects.get)(kind="security_event")).text == "InvalidChargePointCertificate wrong CN"


@pytest.mark.parametrize("csr", ["nonsense", "", "-----BEGIN CERTIFICATE REQUEST-----\n"], ids=["word", "empty", "cut"])
async def test_it_rejects_what_is_no_request(talk: Talk, csr: str) -> None:
    assert await talk.ask("SignCertificate", {"csr": csr}) == {"status": "Rejected"}
    assert await in_db(Certificate.objects.count)() == 0


@pytest.mark.parametrize("kind", [Kind.MANUFACTURER_ROOT, Kind.CENTRAL_SYSTEM_ROOT], ids=["075_1", "075_2"])
async def test_it_installs_a_root_and_lists_it(talk: Talk, station: Station, kind: Certificate.Kind) -> None:
    root = self_signed()
    row = await in_db(certificates.ask_install)(
        station=station, kind=kind, text=root, asked_by="staff:1", at=timezone.now()
    )
    said = await told(talk, "InstallCertificate", {"status": "Accepted"})
    assert said == {"certificateType": kind.value, "certificate": root}
    listing = await ask(station, "GetInstalledCertificateIds", {"certificateType": kind.value})
    hashes = [reported(root, "SHA256")]
    await told(talk, "GetInstalledCertificateIds", {"status": "Accepted", "certificateHashData": hashes})
    await settled(listing.pk)

    assert (await row_of(row.pk)).state == State.INSTALLED
    assert await in_db(Certificate.objects.count)() == 1


async def test_it_hears_that_a_root_is_not_taken(talk: Talk, station: Station) -> None:
    """TC_078, through the operator's door."""
    payload = {"certificateType": "CentralSystemRootCertificate", "certificate": self_signed()}
    command = await ask(station, "InstallCertificate", payload)
    assert await told(talk, "InstallCertificate", {"status": "Rejected"}) == payload
    await settled(command.pk)
    event = {"type": "InvalidCentralSystemCertificate", "timestamp": now()}
    assert await talk.ask("SecurityEventNotification", event) == {}

    row = await in_db(Certificate.objects.get)()
    assert (row.state, row.reason, row.pem) == (State.REJECTED, "Rejected", payload["certificate"])


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA384", "SHA512"])
async def test_it_deletes_a_root_as_the_station_named_it(talk: Talk, station: Station, algorithm: str) -> None:
    """TC_076."""
    hashes = reported(self_signed(), algorithm)
    listing = await in_db(certificates.ask_list)(
        station=station, kind=Kind.MANUFACTURER_ROOT, asked_by="staff:1", at=timezone.now()
    )
    said = await told(talk, "GetInstalledCertificateIds", {"status": "Accepted", "certificateHashData": [hashes]})
    assert said == {"certificateType": "ManufacturerRootCertificate"}
    await settled(listing.pk)
    row = await in_db(Certificate.objects.get)()
    command = await in_db(certificates.ask_delete)(certificate=row, asked_by="staff:1", at=timezone.now())
    assert await told(talk, "DeleteCertificate", {"status": "Accepted"}) == {"certificateHashData": hashes}
    await settled(command.pk)

    assert (await row_of(row.pk)).state == State.DELETED


async def test_it_deletes_by_hand_what_the_station_has_reported_and_asks_before_anything_else(
    talk: Talk, station: Station
) -> None:
    hashes = reported(self_signed(), "SHA256")
    payload = {"certificateHashData": hashes}
    with pytest.raises(Refusal) as refused:
        await ask(station, "DeleteCertificate", payload)
    assert refused.value.code == "command_breaks_rules"
    await ask(station, "DeleteCertificate", payload, force=True)
    assert await told(talk, "DeleteCertificate", {"status": "NotFound"}) == payload

    listing = await ask(station, "GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"})
    await told(talk, "GetInstalledCertificateIds", {"status": "Accepted", "certificateHashData": [hashes]})
    await settled(listing.pk)
    command = await ask(station, "DeleteCertificate", payload)
    assert await told(talk, "DeleteCertificate", {"status": "Accepted"}) == payload
    await settled(command.pk)
    assert (await in_db(Certificate.objects.get)()).state == State.DELETED


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "Accepted", "certificateHashData": "none"},
        {"status": "Accepted", "certificateHashData": [1, {"hashAlgorithm": "MD5"}, {"hashAlgorithm": []}]},
        {"status": "NotFound"},
        {},
        {"status": 5},
    ],
    ids=["word", "numbers", "none", "empty", "odd"],
)
async def test_it_survives_an_odd_list(talk: Talk, station: Station, answer: dict[str, Any]) -> None:
    listing = await ask(station, "GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"})
    await told(talk, "GetInstalledCertificateIds", answer)

    await settled(listing.pk)

    assert await in_db(Certificate.objects.count)() == 0
    assert (await talk.ask("Heartbeat", {})).keys() == {"currentTime"}


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("CertificateSigned", {"certificateChain": "nonsense"}),
        ("CertificateSigned", {"certificateChain": self_signed().replace("\n", "\r\n")}),
        ("CertificateSigned", {"certificateChain": self_signed() * 30}),
        ("InstallCertificate", {"certificateType": "ManufacturerRootCertificate", "certificate": "nonsense"}),
        ("InstallCertificate", {"certificateType": "V2GRootCertificate", "certificate": self_signed()}),
        ("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate", "connectorId": 1}),
        ("ExtendedTriggerMessage", {"requestedMessage": "BootNotification"}),
        ("ExtendedTriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 0}),
    ],
    ids=["chain", "cr", "long", "root", "kind", "connector", "boot", "zero"],
)
async def test_it_asks_before_it_sends_what_breaks_a_rule(
    talk: Talk, station: Station, action: str, payload: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as refused:
        await ask(station, action, payload)
    assert refused.value.code == "command_breaks_rules"

    await ask(station, action, payload, force=True)
    assert (await asked(talk, action))[1] == payload


async def test_it_keeps_an_event_that_comes_late_or_odd(talk: Talk, station: Station) -> None:
    early = {"type": "StartupOfTheDevice", "timestamp": "2026-01-02T03:04:05Z", "techInfo": "x" * 400}
    assert await talk.ask("SecurityEventNotification", early) == {}
    assert await talk.ask("SecurityEventNotification", early) == {}
    assert await talk.ask("SecurityEventNotification", {"type": "y" * 70, "timestamp": "yesterday"}) == {}
    assert await talk.ask("SecurityEventNotification", {"timestamp": now()}) == {}

    events = await in_db(lambda: list(SecurityEvent.objects.filter(station=station).order_by("id")))()
    assert [event.type for event in events] == ["StartupOfTheDevice", "y" * 50, "unnamed"]
    assert (events[0].happened_at.isoformat(), events[0].detail) == ("2026-01-02T03:04:05+00:00", "x" * 255)
    assert events[1].happened_at == events[1].received_at
