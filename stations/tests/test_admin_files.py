"""Firmware is uploaded, and what stations sent is saved and deleted, by people who may."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from drivepower.core.tests.forms import fields_of
from stations import files
from stations.models import DiagnosticsJob, FirmwareImage, FirmwareJob, Upload
from stations.tests.hosts import Host, client_of, image, kept, upload_link
from stations.tests.papers import RSA_KEY, self_signed, signature_of
from stations.tests.test_admin import browser
from stations.tests.world import NOON, station

IMAGES, UPLOADS = "/admin/stations/firmwareimage/", "/admin/stations/upload/"


def add(client: Client, **more: Any) -> Any:
    """Send the form of a new image."""
    form = fields_of(client.get(f"{IMAGES}add/").text) | {"name": "AC22", "version": "2.0"}
    return client.post(f"{IMAGES}add/", {**form, "file": ContentFile(b"firmware", name="ac22.bin"), **more})


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_it_measures_an_image_and_checks_its_signature() -> None:
    client, certificate = browser(superuser=True), self_signed(key=RSA_KEY)
    signed = {"signature": signature_of(b"firmware", RSA_KEY), "signing_certificate": certificate}

    assert "not that of the signing certificate" in add(client, **signed | {"signature": "QUJD"}).text
    assert "needs an image with its signature" in add(client, signature="QUJD").text
    assert add(client, file="", **signed).status_code == 200
    assert not FirmwareImage.objects.exists()
    assert add(client, **signed).status_code == 302

    made = FirmwareImage.objects.get()
    assert (made.size, made.sha256) == (8, hashlib.sha256(b"firmware").hexdigest())
    assert files.signature_problem(made) == ""
    assert Path(made.file.path).read_bytes() == b"firmware"


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_it_never_exchanges_the_file_of_an_image() -> None:
    client, made = browser(superuser=True), image(b"old")
    path = f"{IMAGES}{made.pk}/change/"
    form = fields_of(client.get(path).text)
    assert "file" not in form

    client.post(path, {**form, "version": "3.0", "file": ContentFile(b"new", name="new.bin")})

    kept_image = FirmwareImage.objects.get()
    assert (kept_image.version, kept_image.sha256) == ("3.0", hashlib.sha256(b"old").hexdigest())
    assert Path(kept_image.file.path).read_bytes() == b"old"
    assert client.post(f"{IMAGES}{made.pk}/delete/", {"post": "yes"}).status_code == 403


def test_it_saves_a_file_as_an_attachment_over_a_link_that_ends(host: Host) -> None:
    browser_of_staff = browser("view_upload")
    with client_of(host) as client:
        client.put(f"{upload_link(station())}page.html", content=b"<script>alert(1)</script>")
        link = browser_of_staff.get(f"{UPLOADS}{Upload.objects.get().pk}/save_file/").headers["location"]
        saved = client.get(link)
        with time_machine.travel(timezone.now().timestamp() + 61):
            late = client.get(link)
    assert saved.content == b"<script>alert(1)</script>"
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''page.html"
    assert late.status_code == 404


def test_it_saves_an_image_over_such_a_link_and_changes_nothing_by_it(host: Host) -> None:
    staff = browser("view_firmwareimage")
    link = staff.get(f"{IMAGES}{image(b'whole').pk}/save_file/").headers["location"]
    assert staff.get(f"{IMAGES}999999/save_file/").status_code == 404
    with client_of(host) as client:
        assert client.get(link).content == b"whole"
        assert client.get(link[:-20] + "x" * 20).status_code == 404
        assert client.put(link, content=b"other").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("rights", [(), ("view_station",)], ids=["none", "others"])
def test_it_gives_no_link_to_who_may_not_see_the_file(store: Path, rights: tuple[str, ...]) -> None:
    answer = browser(*rights).get(f"{IMAGES}{image().pk}/save_file/")
    assert answer.status_code == 403


def test_it_takes_a_deleted_upload_off_the_disk(host: Host) -> None:
    staff = browser("view_upload", "delete_upload")
    with client_of(host) as client:
        for name in ("first", "second", "third"):
            client.put(upload_link(station(f"BSK-{name}")) + name, content=name.encode())
    first, second, third = Upload.objects.order_by("id")

    assert staff.post(f"{UPLOADS}{first.pk}/delete/", {"post": "yes"}).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    assert staff.post(UPLOADS, chosen).status_code == 302

    assert list(Upload.objects.all()) == [third]
    assert [path.read_bytes() for path in kept()] == [b"third"]


@pytest.mark.django_db
def test_it_shows_no_password_of_an_address() -> None:
    location = "ftp://bob:s3cret@files.example.org/"
    kind = DiagnosticsJob.Kind.DIAGNOSTICS
    job = files.mirror_diagnostics(station=station(), kind=kind, location=location, asked_by="staff:1", at=NOON)
    client = browser("view_diagnosticsjob")
    for path in ("", f"{job.pk}/change/"):
        page = client.get(f"/admin/stations/diagnosticsjob/{path}").text
        assert "ftp://***@files.example.org/" in page
        assert "s3cret" not in page


def update_link(made: FirmwareImage) -> str:
    """The dialog that asks stations to take an image."""
    return f"{IMAGES}{made.pk}/update_stations/"


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_it_has_one_station_updated() -> None:
    client, made = browser("view_firmwareimage", "change_firmwareimage", "add_command"), image(vendor="Evio")
    chosen, stranger = station("A", vendor="EVIO"), station("C", vendor="Ardua")
    assert "Update stations" in client.get(f"{IMAGES}{made.pk}/change/").text

    said = {"_form_submitted": "True", "stations": [chosen.pk]}
    answer = client.post(update_link(made), said)
    assert answer["HX-Redirect"] == "/admin/stations/firmwarejob/"
    client.post(update_link(made), {"_form_submitted": "True", "stations": [stranger.pk]})
    assert "needs an image with its signature" in client.post(update_link(made), said | {"signed": "on"}).text

    job = FirmwareJob.objects.get()
    assert (job.station, job.image) == (chosen, made)
    assert job.command is not None
    assert job.command.intent == "update_firmware"


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("chosen", "over"), [(["A", "B"], "rows"), ([], "image")], ids=["several", "none"])
def test_it_asks_many_by_a_job_in_waves_alone(chosen: list[str], over: str) -> None:
    client, made = browser("view_firmwareimage", "change_firmwareimage", "add_command"), image(vendor="Evio")
    keys = {code: station(code, vendor=vendor).pk for code, vendor in (("A", "EVIO"), ("B", "evio"), ("C", "Ardua"))}
    said = {"_form_submitted": "True", "stations": [keys[code] for code in chosen], "retrieve_at": "2026-11-20 10:00"}
    way = client.post(update_link(made), said)["HX-Redirect"]
    assert not FirmwareJob.objects.exists()

    page = client.get(way).text
    assert f'<option value="{over}" selected>' in page
    assert '<option value="firmware" selected>' in page
    form = fields_of(page)
    assert {form["image"], form["retrieve_at"], form["first_wave"]} == {str(made.pk), "2026-11-20T10:00", "1"}
    seen = client.post(way, {**form, "online": "", "preview": "1"}).text
    assert "<b>2</b> stations in all" in seen
    assert "1 station first, then 1 at a time" in seen
    assert 'name="typed"' in seen
    assert not FirmwareJob.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("rights", [("change_firmwareimage",), ("view_firmwareimage", "add_command")])
def test_it_lets_nobody_else_update_stations(rights: tuple[str, ...]) -> None:
    made = image()
    station()
    assert browser(*rights).post(update_link(made), {"_form_submitted": "True"}).status_code == 403
    assert not FirmwareJob.objects.exists()
