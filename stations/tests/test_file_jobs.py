"""Jobs with files go on by what stations say, in whatever order they say it."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from stations import files
from stations.files.jobs import check_location, send
from stations.models import Command, DiagnosticsJob, FirmwareImage, FirmwareJob, JobState, Station
from stations.tests.hosts import image
from stations.tests.papers import RSA_KEY, Key, self_signed, signature_of
from stations.tests.world import NOON, seconds, station

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
EC_KEY = ec.generate_private_key(ec.SECP256R1())
Kind = DiagnosticsJob.Kind
ACCEPTED, REJECTED, FAILED = Command.State.ACCEPTED, Command.State.REJECTED, Command.State.FAILED


def signed_image(key: Key = RSA_KEY, content: bytes = b"firmware") -> FirmwareImage:
    """An image with its signature."""
    signature = signature_of(b"firmware", key)
    return image(content, signature=signature, signing_certificate=self_signed(key=key))


def update(made: Station, *, signed: bool = False, sent: bool = True) -> FirmwareJob:
    """An update that was asked for, and sent."""
    [job] = files.ask_firmware_update(
        stations=[made],
        image=signed_image() if signed else image(),
        retrieve_at=NOON,
        signed=signed,
        asked_by="staff:1",
        at=NOON,
    )
    if sent:
        Command.objects.filter(pk=job.command_id or 0).update(state=Command.State.SENT, sent_at=NOON)
    return job


def diagnostics(made: Station, *, kind: Kind = Kind.DIAGNOSTICS) -> DiagnosticsJob:
    """The same for diagnostics or a log."""
    job = files.mirror_diagnostics(station=made, kind=kind, location="", asked_by="staff:1", at=NOON)
    send(job, intent="GetDiagnostics" if kind == Kind.DIAGNOSTICS else "GetLog", kind="diagnostics", at=NOON)
    Command.objects.filter(pk=job.command_id or 0).update(state=Command.State.SENT, sent_at=NOON)
    return job


def state_of(job: FirmwareJob | DiagnosticsJob) -> tuple[str, str]:
    job.refresh_from_db()
    return job.state, job.status


def test_it_asks_every_station_and_writes_no_link_down() -> None:
    stations = [station(f"BSK-{number}") for number in range(3)]

    jobs = files.ask_firmware_update(stations=stations, image=image(), retrieve_at=NOON, asked_by="staff:1", at=NOON)

    assert [job.station for job in jobs] == stations
    for job in jobs:
        assert job.command is not None
        assert (job.command.intent, job.command.subject) == ("update_firmware", f"firmware:{job.pk}")
        assert (job.command.payload, job.token_hash, job.expires_at) == ({}, "", None)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://host/a b",
        "https://",
        "http://host/\r\nHost: evil",
        "http://[::1",
        "http://host/" + "x" * 600,
    ],
    ids=["file", "space", "no host", "lines", "bracket", "long"],
)
def test_it_refuses_what_no_station_can_fetch(location: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_location(location)
    assert refused.value.code == "location_malformed"


def test_it_asks_for_no_signed_update_without_a_signature() -> None:
    asked: Any = {"stations": [station()], "image": image(), "retrieve_at": NOON, "asked_by": "staff:1", "at": NOON}
    with pytest.raises(Refusal) as refused:
        files.ask_firmware_update(**asked, signed=True)
    assert refused.value.code == "firmware_not_signed"
    assert not FirmwareJob.objects.exists()


@pytest.mark.parametrize("key", [RSA_KEY, EC_KEY], ids=["rsa", "ec"])
def test_it_sends_only_a_signature_that_holds(key: Key) -> None:
    assert files.signature_problem(signed_image(key)) == ""
    assert "not that of the signing certificate" in files.signature_problem(signed_image(key, b"changed"))
    broken = image(signature="QUJD", signing_certificate="nonsense")
    assert files.signature_problem(broken) == "The signing certificate is no certificate in PEM."
    assert "needs an image" in files.signature_problem(image())


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (["Downloading", "Downloaded", "Installing", "Installed"], JobState.DONE),
        (["Downloading", "DownloadFailed"], JobState.FAILED),
        (["Installing", "Downloading"], JobState.RUNNING),
        (["Installed", "Installing", "Downloaded"], JobState.DONE),
        (["Installed", "InstallationFailed"], JobState.DONE),
        (["DownloadFailed", "Downloading", "Installed"], JobState.DONE),
        (["DownloadFailed", "Downloading"], JobState.FAILED),
        (["Idle"], JobState.REQUESTED),
        (["Downloading", "Idle"], JobState.RUNNING),
        (["SomethingOfItsOwn"], JobState.RUNNING),
    ],
    ids="-".join,
)
def test_it_follows_an_update_in_any_order(said: list[str], state: str) -> None:
    made = station()
    job = update(made)

    for status in said:
        files.note_firmware_status(station_id=made.pk, status=status, at=NOON)

    assert state_of(job)[0] == state


def test_it_tells_of_a_failure_until_it_ends_well() -> None:
    made = station()
    job = update(made)

    files.note_firmware_status(station_id=made.pk, status="InstallationFailed", at=NOON)
    alert = Alert.objects.open().get()
    assert (alert.kind, alert.subject) == ("firmware_failed", "station:BSK-01")
    assert alert.text == f"Job {job.pk}: The station says InstallationFailed."
    files.note_firmware_status(station_id=made.pk, status="Installed", at=NOON)

    assert not Alert.objects.open().exists()


def test_it_lets_a_word_without_a_number_belong_to_the_newest_that_was_sent() -> None:
    made = station()
    older, newer, unsent = update(made), update(made), update(made, sent=False)

    files.note_firmware_status(station_id=made.pk, status="Downloading", at=NOON)

    assert [state_of(job)[0] for job in (older, newer, unsent)] == ["requested", "running", "requested"]


def test_it_lets_a_word_with_a_number_belong_to_that_one() -> None:
    made, other = station(), station("BSK-02")
    first, second, foreign = update(made, signed=True), update(made, signed=True), update(other, signed=True)

    for job in (first, foreign):
        files.note_firmware_status(station_id=made.pk, status="Installed", signed=True, job_id=job.pk, at=NOON)

    assert [state_of(job)[0] for job in (first, second, foreign)] == ["done", "requested", "requested"]


def test_it_takes_plain_words_for_a_signed_update_where_there_is_no_other() -> None:
    made = station()
    job = update(made, signed=True)

    files.note_firmware_status(station_id=made.pk, status="Installed", at=NOON)

    assert state_of(job) == ("done", "Installed")


@pytest.mark.parametrize(
    ("signed", "error", "advice"),
    [
        (False, "NotSupported", "It takes signed firmware only: ask for a signed update."),
        (True, "NotSupported", "It knows no signed updates: ask for an unsigned one."),
        (True, "NotImplemented", "It knows no signed updates: ask for an unsigned one."),
        (False, "InternalError", "It was not begun: InternalError."),
    ],
)
def test_it_says_what_to_do_instead(signed: bool, error: str, advice: str) -> None:
    job = update(station(), signed=signed)

    files.note_firmware_answer(job_id=job.pk, state=FAILED, answer={"error": error}, at=NOON)

    assert state_of(job) == ("failed", error)
    assert job.reason == advice
    assert advice in Alert.objects.open().get().text


def test_it_replaces_an_older_update_without_an_alert() -> None:
    made = station()
    older, newer = update(made, signed=True), update(made, signed=True)

    files.note_firmware_answer(job_id=newer.pk, state=ACCEPTED, answer={"status": "AcceptedCanceled"}, at=NOON)

    assert (state_of(older)[0], state_of(newer)[0]) == ("failed", "requested")
    assert older.reason == f"Job {newer.pk} came after it."
    assert not Alert.objects.exists()


@pytest.mark.parametrize("status", ["InvalidCertificate", "RevokedCertificate", "Rejected"])
def test_it_fails_an_update_that_the_station_does_not_begin(status: str) -> None:
    job = update(station(), signed=True)

    files.note_firmware_answer(job_id=job.pk, state=REJECTED, answer={"status": status}, at=NOON)

    assert state_of(job) == ("failed", status)


def test_it_waits_on_where_an_answer_was_lost() -> None:
    job = update(station())

    files.note_firmware_answer(job_id=job.pk, state=Command.State.TIMED_OUT, answer={}, at=NOON)

    assert state_of(job) == ("requested", "")


def test_it_ends_diagnostics_of_which_there_are_none() -> None:
    job = diagnostics(station())

    files.note_diagnostics_answer(job_id=job.pk, state=ACCEPTED, answer={}, file_name="", at=NOON)

    assert (state_of(job)[0], job.reason) == ("done", "The station has nothing to send.")


@pytest.mark.parametrize(
    ("kind", "said", "state"),
    [
        (Kind.DIAGNOSTICS, ["Uploading", "Uploaded"], "done"),
        (Kind.DIAGNOSTICS, ["Uploading", "UploadFailed"], "failed"),
        (Kind.SECURITY_LOG, ["Uploading", "Uploaded"], "done"),
        (Kind.SECURITY_LOG, ["UploadFailure"], "failed"),
        (Kind.DIAGNOSTICS_LOG, ["BadMessage"], "failed"),
        (Kind.DIAGNOSTICS_LOG, ["PermissionDenied"], "failed"),
        (Kind.DIAGNOSTICS_LOG, ["NotSupportedOperation"], "failed"),
        (Kind.DIAGNOSTICS_LOG, ["Idle"], "requested"),
    ],
)
def test_it_follows_an_upload(kind: Kind, said: list[str], state: str) -> None:
    made = station()
    job = diagnostics(made, kind=kind)
    files.note_diagnostics_answer(job_id=job.pk, state=ACCEPTED, answer={}, file_name="diag.zip", at=NOON)

    for status in said:
        files.note_diagnostics_status(station_id=made.pk, status=status, log=kind != Kind.DIAGNOSTICS, at=NOON)

    assert state_of(job)[0] == state
    assert job.file_name == "diag.zip"


def test_it_keeps_logs_and_diagnostics_apart() -> None:
    made = station()
    plain, log = diagnostics(made), diagnostics(made, kind=Kind.SECURITY_LOG)

    files.note_diagnostics_status(station_id=made.pk, status="Uploaded", at=NOON)

    assert (state_of(plain)[0], state_of(log)[0]) == ("done", "requested")


def test_it_fails_what_is_silent_for_a_day() -> None:
    early, late = update(station()), update(station("BSK-02"))
    FirmwareJob.objects.filter(pk=late.pk).update(retrieve_at=NOON + timedelta(days=3))
    log = diagnostics(station("BSK-03"))

    assert files.sweep(at=NOON + timedelta(days=1) - seconds(1)) == 0
    assert files.sweep(at=NOON + timedelta(days=1)) == 2

    assert [state_of(job)[0] for job in (early, late, log)] == ["failed", "requested", "failed"]
    assert early.reason == "The station has said nothing of it for a day."
    assert Alert.objects.open().count() == 2
    assert files.sweep(at=NOON + timedelta(days=1)) == 0


def test_it_fails_what_was_never_sent() -> None:
    job = update(station(), sent=False)
    Command.objects.filter(pk=job.command_id or 0).update(state=Command.State.TIMED_OUT)

    assert files.sweep(at=NOON + seconds(60)) == 1

    assert (state_of(job)[0], job.reason) == ("failed", "It was never sent: the station was not there.")


def test_it_takes_files_that_came_for_an_end() -> None:
    job = diagnostics(station())
    for number in range(2):
        job.uploads.create(name="x", file=f"x{number}", size=1, sha256="", received_at=NOON)

    assert files.sweep(at=NOON + timedelta(days=1)) == 1

    assert state_of(job)[0] == "done"
    assert not Alert.objects.exists()
