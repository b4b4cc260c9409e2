"""A driver reports a problem, with a photo; somebody looks after it; the driver reads the answer."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from drivepower.core.models import Alert
from stations import reports
from stations.models import Report
from stations.tests.world import station

ROUTE = "/api/v1/reports"
JPEG = b"\xff\xd8\xff\xe0" + b"a picture"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Nobody has asked yet."""
    cache.clear()


def app(name: str = "me") -> APIClient:
    """The app of a driver."""
    client = APIClient()
    client.force_authenticate(User.objects.create_user(email=f"{name}@example.com"))
    return client


def tell(client: APIClient, **said: Any) -> Any:
    """Report as JSON."""
    return client.post(ROUTE, {"text": "The cable is torn."} | said, format="json")


def photo(content: bytes = JPEG, name: str = "me.php") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, "text/html")


def test_it_keeps_the_report_and_tells_operators() -> None:
    station("BSK-01")
    answer = tell(app(), station_id="BSK-01", connector_id=2, kind="cable")
    shown = answer.json()["report"]
    assert (answer.status_code, shown["state"], shown["station_id"]) == (201, "open", "BSK-01")
    assert Alert.objects.open().get().subject == f"report:{shown['id']}"


def test_it_keeps_a_photo_and_shows_it_to_its_driver_alone(store: Path) -> None:
    mine = app()
    answer = mine.post(ROUTE, {"text": "Look.", "photo": photo()}, format="multipart")
    shown = answer.json()["report"]
    seen = mine.get(f"{ROUTE}/{shown['id']}/photo")
    assert (shown["has_photo"], seen.content, seen["Content-Type"]) == (True, JPEG, "image/jpeg")
    assert seen["X-Content-Type-Options"] == "nosniff"
    assert app("other").get(f"{ROUTE}/{shown['id']}/photo").status_code == 404
    assert [one.suffix for one in store.rglob("*.*")] == [".jpg"]


@pytest.mark.parametrize(
    "content",
    [b"<script>alert(1)</script>", b"RIFF\x00\x00\x00\x00WAVE", b"", JPEG + bytes(reports.LARGEST_PHOTO)],
    ids=["script", "sound", "nothing", "large"],
)
def test_it_takes_nothing_but_pictures(content: bytes, store: Path) -> None:
    answer = app().post(ROUTE, {"text": "Look.", "photo": photo(content, "me.jpg")}, format="multipart")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert not Report.objects.exists()
    assert not list(store.rglob("*.*"))


@pytest.mark.parametrize("said", [{"text": ""}, {"text": "x" * 2001}, {"station_id": "NOWHERE"}, {"state": "closed"}])
def test_it_refuses_what_makes_no_sense(said: dict[str, Any]) -> None:
    assert tell(app(), **said).status_code in (400, 404)
    assert not Report.objects.exists()


def test_it_tells_the_driver_what_was_done() -> None:
    mine = app()
    shown = tell(mine).json()["report"]
    report = Report.objects.get()
    assert reports.take(report=report, by="staff:1")
    assert not reports.take(report=report, by="staff:2")
    reports.answer(report=report, text="A new cable is there.", by="staff:1", at=timezone.now())
    seen = mine.get(f"{ROUTE}/{shown['id']}").json()["report"]
    assert (seen["state"], seen["answer"]) == ("answered", "A new cable is there.")
    assert not Alert.objects.open().exists()


def test_it_can_be_closed_without_an_answer() -> None:
    tell(app())
    reports.close(report=Report.objects.get(), by="staff:1", at=timezone.now())
    assert (Report.objects.get().state, Alert.objects.open().exists()) == ("closed", False)


def test_it_is_seen_by_its_driver_alone() -> None:
    shown = tell(app()).json()["report"]
    other = app("other")
    assert other.get(f"{ROUTE}/{shown['id']}").json()["error"] == "report_not_found"
    assert other.get(ROUTE).json()["data"] == []
    assert APIClient().post(ROUTE, {"text": "x"}, format="json").status_code == 401


def test_it_is_counted(standing_clock: None) -> None:
    mine = app()
    statuses = [tell(mine).status_code for _ in range(8)]
    assert statuses.count(201) == 6
    assert statuses[-1] == 429


def test_it_reads_no_more_of_a_large_request() -> None:
    long = io.BytesIO(bytes(reports.LARGEST_PHOTO + 100_000))
    long.name = "long.jpg"
    assert app().post(ROUTE, {"text": "Look.", "photo": long}, format="multipart").status_code == 400
