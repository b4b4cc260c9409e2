"""Firmware, diagnostics and logs over a real socket, fetched and sent over real HTTP (S 4.4, 4.5, 5.9, 5.19; W L01)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from ocpp_consumer.tests.asking.world import intend, problems, refused, through_door
from ocpp_consumer.tests.hosted import asked, hosted, settled, told, visit
from ocpp_consumer.tests.server import Talk, in_db, now
from ocpp_consumer.v16 import door
from stations import files
from stations.models import Command, DiagnosticsJob, FirmwareJob, SecurityEvent, Station, Upload
from stations.tests.hosts import Host, image
from stations.tests.papers import RSA_KEY, self_signed, signature_of

Kind = DiagnosticsJob.Kind
BOOT = {"chargePointVendor": "Evio", "chargePointModel": "AC22"}


@pytest.fixture
def host(settings: Any, tmp_path: Path, transactional_db: None) -> Iterator[Host]:
    """The door of files."""
    with hosted(settings, tmp_path) as running:
        yield running


async def update(station: Station, **asked_for: Any) -> FirmwareJob:
    """An update that is asked for by verb."""
    given = {"stations": [station], "retrieve_at": timezone.now(), "asked_by": "staff:1", "at": timezone.now()}
    jobs: list[FirmwareJob] = await in_db(files.ask_firmware_update)(**{**given, **asked_for})
    return jobs[0]


async def say(talk: Talk, action: str, *statuses: str, **more: Any) -> None:
    """Statuses, one after the other."""
    for status in statuses:
        assert await talk.ask(action, {"status": status, **more}) == {}


async def state_of(job: FirmwareJob | DiagnosticsJob) -> str:
    await in_db(job.refresh_from_db)()
    return job.state


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["Downloading", "Downloaded", "Installing", "Installed"], "done"),  # TC_044_1
        (["Downloading", "DownloadFailed"], "failed"),  # TC_044_2
        (["Downloading", "Downloaded", "Installing", "InstallationFailed"], "failed"),  # TC_044_3
    ],
    ids=["044_1", "044_2", "044_3"],
)
async def test_it_updates_a_station(host: Host, talk: Talk, station: Station, statuses: list[str], state: str) -> None:
    job = await update(station, image=await in_db(image)(b"new firmware"))
    payload = await told(talk, "UpdateFirmware", {})
    assert payload.keys() == {"location", "retrieveDate"}
    assert (await visit(payload["location"], "GET")).content == b"new firmware"

    await say(talk, "FirmwareStatusNotification", *statuses[:-1])
    await talk.ask("BootNotification", BOOT)
    await say(talk, "FirmwareStatusNotification", statuses[-1])

    assert await state_of(job) == state
    assert (await settled(job.command_id)).state == Command.State.ACCEPTED
    failed = await in_db(Alert.objects.filter(kind="firmware_failed", resolved_at=None).count)()
    assert failed == (state == "failed")


@pytest.mark.parametrize("by_name", [False, True], ids=["number", "name"])
async def test_it_updates_a_station_through_the_door(host: Host, talk: Talk, station: Station, by_name: bool) -> None:
    made = await in_db(image)(b"new firmware")
    named = str(made) if by_name else made.pk
    command = await through_door(station, "UpdateFirmware", {"image": named, "retrieveDate": now(), "retries": 2})
    payload = await told(talk, "UpdateFirmware", {})
    assert payload.keys() == {"location", "retrieveDate", "retries"}
    assert (await visit(payload["location"], "GET")).content == b"new firmware"
    assert "location" not in (await settled(command.pk)).payload
    assert (await in_db(FirmwareJob.objects.get)()).image_id == made.pk


async def test_it_updates_a_station_with_signed_firmware_through_the_door(
    host: Host, talk: Talk, station: Station
) -> None:
    certificate, signature = self_signed(key=RSA_KEY), signature_of(b"signed", RSA_KEY)
    made = await in_db(image)(b"signed", signature=signature, signing_certificate=certificate)
    await through_door(station, "SignedUpdateFirmware", {"image": made.pk})
    payload = await told(talk, "SignedUpdateFirmware", {"status": "Accepted"})
    assert payload.keys() == {"requestId", "firmware"}
    assert payload["firmware"].keys() == {"location", "retrieveDateTime", "signature", "signingCertificate"}
    assert (await visit(payload["firmware"]["location"], "GET")).content == b"signed"


async def test_it_sends_no_image_that_is_not_here(host: Host, talk: Talk, station: Station) -> None:
    unsigned = (await in_db(image)()).pk
    for action, payload in [
        ("UpdateFirmware", {"image": 999, "retrieveDate": now()}),
        ("UpdateFirmware", {"retrieveDate": now()}),
        ("SignedUpdateFirmware", {"image": "no such 1.0"}),
        ("SignedUpdateFirmware", {"image": unsigned}),
        ("SignedUpdateFirmware", {}),
    ]:
        assert (await refused(station, action, payload, force=True)).code == "command_forbidden"
    both = {"image": unsigned, "location": "https://host/a", "retrieveDate": now()}
    assert "not both" in await problems(station, "UpdateFirmware", both)


async def test_it_says_that_a_station_takes_signed_firmware_only(host: Host, talk: Talk, station: Station) -> None:
    job = await update(station, image=await in_db(image)())
    await told(talk, "UpdateFirmware", "NotSupported")

    await settled(job.command_id)
    assert await state_of(job) == "failed"
    assert job.reason == "It takes signed firmware only: ask for a signed update."


async def test_it_sends_an_operator_s_own_address_and_shows_it_without_the_password(
    talk: Talk, station: Station
) -> None:
    payload = {"location": "ftp://bob:s3cret@files.example.org/ac22.bin", "retrieveDate": now(), "retries": 3}
    command = await in_db(door.ask)(
        station=station, action="UpdateFirmware", payload=payload, asked_by="staff:1", at=timezone.now()
    )
    assert await told(talk, "UpdateFirmware", {}) | {"retrieveDate": ""} == payload | {"retrieveDate": ""}

    assert (await settled(command.pk)).payload["location"] == "ftp://***@files.example.org/ac22.bin"
    assert (await in_db(FirmwareJob.objects.get)()).location == "ftp://***@files.example.org/ac22.bin"
    await say(talk, "FirmwareStatusNotification", "Installed")
    assert (await in_db(FirmwareJob.objects.get)()).state == "done"


async def test_it_updates_a_station_with_signed_firmware(host: Host, talk: Talk, station: Station) -> None:
    """TC_080: every status, in an odd order, and the event of the update."""
    certificate, signature = self_signed(key=RSA_KEY), signature_of(b"signed", RSA_KEY)
    kept = await in_db(image)(b"signed", signature=signature, signing_certificate=certificate.replace("\n", "\r\n"))
    job = await update(station, image=kept, signed=True)
    payload = await told(talk, "SignedUpdateFirmware", {"status": "Accepted"})

    firmware = payload["firmware"]
    assert payload["requestId"] == job.pk
    assert (firmware["signature"], firmware["signingCertificate"]) == (signature, certificate)
    assert (await visit(firmware["location"], "GET")).content == b"signed"
    statuses = ["DownloadScheduled", "Downloading", "SignatureVerified", "Downloaded", "Installing"]
    await say(talk, "SignedFirmwareStatusNotification", *statuses, "InstallRebooting", requestId=job.pk)
    await talk.ask("BootNotification", BOOT)
    await talk.ask("SecurityEventNotification", {"type": "FirmwareUpdated", "timestamp": now()})
    await say(talk, "SignedFirmwareStatusNotification", "Installed", requestId=job.pk)
    await say(talk, "SignedFirmwareStatusNotification", "Idle")

    assert await state_of(job) == "done"
    assert (await in_db(SecurityEvent.objects.get)()).type == "FirmwareUpdated"


async def test_it_fails_an_update_whose_signature_the_station_does_not_take(
    host: Host, talk: Talk, station: Station
) -> None:
    """TC_081."""
    signature = signature_of(b"signed", RSA_KEY)
    kept = await in_db(image)(b"signed", signature=signature, signing_certificate=self_signed(key=RSA_KEY))
    job = await update(station, image=kept, signed=True)
    await told(talk, "SignedUpdateFirmware", {"status": "Accepted"})

    await say(talk, "SignedFirmwareStatusNotification", "Downloaded", "InvalidSignature", requestId=job.pk)
    event = {"type": "InvalidFirmwareSignature", "timestamp": now()}
    await talk.ask("SecurityEventNotification", event)

    assert await state_of(job) == "failed"
    kinds = await in_db(lambda: set(Alert.objects.open().values_list("kind", flat=True)))()
    assert kinds == {"firmware_failed", "security_event"}


@pytest.mark.parametrize("status", ["InvalidCertificate", "RevokedCertificate"])
async def test_it_hears_that_a_signing_certificate_is_not_taken(
    host: Host, talk: Talk, station: Station, status: str
) -> None:
    signature = signature_of(b"firmware", RSA_KEY)
    kept = await in_db(image)(signature=signature, signing_certificate=self_signed(key=RSA_KEY))
    job = await update(station, image=kept, signed=True)
    await told(talk, "SignedUpdateFirmware", {"status": status})

    await settled(job.command_id)
    assert (await state_of(job), job.status) == ("failed", status)


@pytest.mark.parametrize(("last", "state"), [("Uploaded", "done"), ("UploadFailed", "failed")], ids=["045_1", "045_2"])
async def test_it_has_diagnostics_sent(host: Host, talk: Talk, station: Station, last: str, state: str) -> None:
    command = await through_door(station, "GetDiagnostics", {})
    job = await in_db(DiagnosticsJob.objects.get)()
    payload = await told(talk, "GetDiagnostics", {"fileName": "diag.zip"})
    assert payload.keys() == {"location"}
    assert payload["location"].endswith("/")
    await settled(command.pk)
    await say(talk, "DiagnosticsStatusNotification", "Uploading")
    assert await state_of(job) == "running"
    assert (await visit(payload["location"] + "diag.zip", "PUT", b"zip")).status_code == 201
    await say(talk, "DiagnosticsStatusNotification", last)

    assert await state_of(job) == state
    assert job.file_name == "diag.zip"
    assert (await in_db(Upload.objects.get)()).job_id == job.pk


@pytest.mark.parametrize(
    ("log_type", "kind"), [("SecurityLog", Kind.SECURITY_LOG), ("DiagnosticsLog", Kind.DIAGNOSTICS_LOG)]
)
async def test_it_has_a_log_sent(host: Host, talk: Talk, station: Station, log_type: str, kind: Kind) -> None:
    """TC_079, through the operator's door."""
    payload = {"logType": log_type, "log": {"remoteLocation": "ftp://bob:s3cret@host/logs/"}, "requestId": 4711}
    await in_db(door.ask)(station=station, action="GetLog", payload=payload, asked_by="x", at=timezone.now())
    said = await told(talk, "GetLog", {"status": "Accepted", "filename": "security.log"})
    assert (said["logType"], said["log"]) == (log_type, payload["log"])
    job = await in_db(DiagnosticsJob.objects.get)()
    await say(talk, "LogStatusNotification", "Uploading", "Uploaded", requestId=said["requestId"])

    assert (said["requestId"], job.kind, await state_of(job), job.file_name) == (job.pk, kind, "done", "security.log")


async def test_it_hosts_a_log_that_nobody_gave_an_address_for(host: Host, talk: Talk, station: Station) -> None:
    await in_db(door.ask)(
        station=station, action="GetLog", payload={"logType": "SecurityLog"}, asked_by="x", at=timezone.now()
    )
    said = await told(talk, "GetLog", {"status": "Accepted"})

    assert (await visit(said["log"]["remoteLocation"], "POST", b"log")).status_code == 201
    assert (await in_db(Upload.objects.get)()).size == 3


async def test_it_drops_the_log_before_where_the_station_does(host: Host, talk: Talk, station: Station) -> None:
    jobs = []
    for answer in ("Accepted", "AcceptedCanceled"):
        command = await through_door(station, "GetLog", {"logType": "SecurityLog"})
        jobs.append(await in_db(DiagnosticsJob.objects.latest)("id"))
        await told(talk, "GetLog", {"status": answer})
        await settled(command.pk)

    assert [await state_of(job) for job in jobs] == ["failed", "requested"]


async def test_it_gives_no_link_to_a_station_that_two_sockets_fight_for(
    host: Host, talk: Talk, station: Station
) -> None:
    await in_db(Station.objects.filter(pk=station.pk).update)(contested_at=timezone.now())
    made = {"station": station, "kind": Kind.DIAGNOSTICS, "location": "", "asked_by": "staff:1", "at": timezone.now()}
    job = await in_db(files.mirror_diagnostics)(**made)
    asked_before = await intend(station, "GetDiagnostics", {}, subject=f"diagnostics:{job.pk}")

    command = await settled(asked_before.pk)

    assert command.answer == {"error": "station_contested"}
    assert (await state_of(job), job.token_hash) == ("failed", "")


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("UpdateFirmware", {"location": "file:///etc/passwd", "retrieveDate": "2026-03-02T06:00:00Z"}),
        ("UpdateFirmware", {"location": "https://host/x", "retrieveDate": "soon"}),
        ("GetDiagnostics", {"location": "gopher://host/"}),
        (
            "GetDiagnostics",
            {"location": "ftp://host/", "startTime": "2026-03-02T06:00:00Z", "stopTime": "2026-03-01T06:00:00Z"},
        ),
        ("GetLog", {"logType": "SecurityLog", "log": {"remoteLocation": "nowhere"}}),
    ],
    ids=["scheme", "time", "gopher", "period", "log"],
)
async def test_it_asks_before_it_sends_what_breaks_a_rule(
    talk: Talk, station: Station, action: str, payload: dict[str, Any]
) -> None:
    given = {"station": station, "action": action, "payload": payload, "asked_by": "x", "at": timezone.now()}
    with pytest.raises(Refusal) as refused:
        await in_db(door.ask)(**given)
    assert refused.value.code == "command_breaks_rules"

    await in_db(door.ask)(**given, force=True)
    _, said = await asked(talk, action)
    assert "passwd" not in str(payload) or said["location"] == "file:///etc/passwd"


async def test_it_answers_a_status_of_which_there_is_no_job(talk: Talk) -> None:
    await say(talk, "FirmwareStatusNotification", "Installed")
    await say(talk, "DiagnosticsStatusNotification", "Uploaded")
    await say(talk, "LogStatusNotification", "Uploaded", requestId=12345)
    await say(talk, "SignedFirmwareStatusNotification", "Installed", requestId=2**31 - 1)
    await say(talk, "LogStatusNotification", "Idle")
    assert (await talk.ask("Heartbeat", {})).keys() == {"currentTime"}
