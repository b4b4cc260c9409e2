"""Firmware and diagnostics: links that stations really use, and every word on the way."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import httpx
from django.core.files.base import ContentFile

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.conformance.asking import OPERATOR, State, answered
from ocpp_consumer.tests.conformance.charger import Call, Charger
from ocpp_consumer.v16 import door
from stations.models import Command, DiagnosticsJob, FirmwareImage, FirmwareJob, JobState

CONTENT = b"firmware of the suite " * 1000
ELSEWHERE = "https://firmware.example.org/new.bin"


def image() -> FirmwareImage:
    """A file that an operator has uploaded."""
    return FirmwareImage.objects.create(
        name="Suite",
        version="2.0",
        file=ContentFile(CONTENT, name="new.bin"),
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )


def update_asked_for(cp: Charger, *, location: str = "") -> tuple[FirmwareJob, Call]:
    """UpdateFirmware, answered; the job, and what the station was told."""
    at = datetime.now(UTC)
    what = {"location": location} if location else {"image": image().pk}
    payload = {**what, "retrieveDate": at.isoformat()}
    door.ask(station=cp.site.station, action="UpdateFirmware", payload=payload, asked_by=OPERATOR, at=at)
    job = FirmwareJob.objects.filter(station=cp.site.station).latest("id")
    call = cp.expect("UpdateFirmware")
    assert set(call.payload) == {"location", "retrieveDate"}
    assert answered(cp, call, Command.objects.get(subject=f"firmware:{job.pk}")).state == State.ACCEPTED
    return job, call


def says(cp: Charger, job: FirmwareJob | DiagnosticsJob, action: str, *statuses: str) -> None:
    """The station reports these statuses; the last one is that of the job."""
    for status in statuses:
        assert cp.ask(action, status=status) == {}
    job.refresh_from_db()
    assert job.status == statuses[-1]


def test_tc_044_1(cp: Charger) -> None:
    """Firmware Update: Download and Install"""
    job, call = update_asked_for(cp)
    says(cp, job, "FirmwareStatusNotification", "Downloading")
    assert httpx.get(call.payload["location"]).content == CONTENT
    says(cp, job, "FirmwareStatusNotification", "Downloaded", "Installing")
    cp.boot()
    says(cp, job, "FirmwareStatusNotification", "Installed")
    assert (job.state, job.fetched_at is None) == (JobState.DONE, False)
    token = call.payload["location"].split("/")[-2]
    assert not Frame.objects.filter(station_id=cp.site.station_id, text__contains=token).exists()
    assert token not in str(Command.objects.filter(station=cp.site.station_id).values_list("payload", flat=True))


def test_tc_044_2(cp: Charger) -> None:
    """Firmware Update: Download Failed"""
    job, call = update_asked_for(cp, location=ELSEWHERE)
    assert call.payload["location"] == ELSEWHERE
    says(cp, job, "FirmwareStatusNotification", "Downloading", "DownloadFailed")
    assert job.state == JobState.FAILED


def test_tc_044_3(cp: Charger) -> None:
    """Firmware Update: Installation Failed"""
    job, _ = update_asked_for(cp, location=ELSEWHERE)
    says(cp, job, "FirmwareStatusNotification", "Downloading", "Downloaded", "Installing")
    cp.boot()
    says(cp, job, "FirmwareStatusNotification", "InstallationFailed")
    assert job.state == JobState.FAILED


def diagnostics_asked_for(cp: Charger) -> tuple[DiagnosticsJob, str]:
    """GetDiagnostics, answered with the name of the file to come; the job, and the folder that takes it."""
    at = datetime.now(UTC)
    door.ask(station=cp.site.station, action="GetDiagnostics", payload={}, asked_by=OPERATOR, at=at)
    job = DiagnosticsJob.objects.filter(station=cp.site.station).latest("id")
    call = cp.expect("GetDiagnostics")
    done = answered(cp, call, Command.objects.get(subject=f"diagnostics:{job.pk}"), fileName="diagnostics.zip")
    assert done.state == State.ACCEPTED
    return job, call.payload["location"]


def test_tc_045_1(cp: Charger) -> None:
    """Get Diagnostics"""
    job, folder = diagnostics_asked_for(cp)
    says(cp, job, "DiagnosticsStatusNotification", "Uploading")
    assert httpx.put(f"{folder}diagnostics.zip", content=CONTENT).is_success
    says(cp, job, "DiagnosticsStatusNotification", "Uploaded")
    upload = job.uploads.get()
    assert (job.state, upload.name, upload.size) == (JobState.DONE, "diagnostics.zip", len(CONTENT))
    assert Path(upload.file.path).read_bytes() == CONTENT


def test_tc_045_2(cp: Charger) -> None:
    """Get Diagnostics: Upload Failed"""
    job, _ = diagnostics_asked_for(cp)
    says(cp, job, "DiagnosticsStatusNotification", "Uploading", "UploadFailed")
    assert (job.state, job.uploads.count()) == (JobState.FAILED, 0)
