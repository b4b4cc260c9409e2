"""Reports in the portal: taken, answered and closed by those who may, and their photos shown."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stations import reports
from stations.models import Report
from stations.tests.test_admin_own_price import browser
from stations.tests.world import station

pytestmark = pytest.mark.django_db
RIGHTS = ("view_report", "change_report")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def made() -> Report:
    return reports.make(
        said_by="public",
        user=None,
        station=station("BSK-01"),
        number=1,
        session=None,
        kind="cable",
        text="The cable is torn.",
        contact="",
        photo=SimpleUploadedFile("x.png", PNG),
        at=timezone.now(),
    )


def address(verb: str, report: Report) -> str:
    return reverse(f"admin:stations_report_{verb}", args=[report.pk])


def act(client: Client, verb: str, report: Report, **said: str) -> Report:
    client.post(address(verb, report), {"_form_submitted": "on", **said})
    return Report.objects.get()


def test_it_is_taken_and_answered() -> None:
    client, report = browser(*RIGHTS), made()
    assert address("take", report) in client.get(address("change", report)).text
    client.get(address("take", report))
    assert Report.objects.get().state == "open"  # a link from elsewhere takes nothing
    taken = act(client, "take", report)
    assert (taken.state, taken.owner.startswith("staff:")) == ("taken", True)
    assert address("take", report) not in client.get(address("change", report)).text
    answered = act(client, "answer", report, text="A new cable is there.")
    assert (answered.state, answered.answer) == ("answered", "A new cable is there.")
    assert address("close", report) not in client.get(address("change", report)).text


def test_an_answer_needs_words() -> None:
    report = made()
    assert act(browser(*RIGHTS), "answer", report, text=" ").state == "open"


def test_it_is_closed() -> None:
    report = made()
    assert act(browser(*RIGHTS), "close", report).state == "closed"


def test_who_only_looks_ends_none() -> None:
    client, report = browser("view_report"), made()
    assert act(client, "take", report).state == "open"
    assert act(client, "close", report).state == "open"
    assert act(client, "answer", report, text="No.").state == "open"


def test_its_photo_is_shown_to_those_who_may_see_it() -> None:
    client, report = browser("view_report"), made()
    assert f'<img src="{address("photo", report)}" alt="photo"' in client.get(address("change", report)).text
    shown = client.get(address("photo", report))
    assert (shown.content, shown.headers["Content-Type"]) == (PNG, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_its_photo_is_for_nobody_else() -> None:
    report = made()
    assert Client().get(address("photo", report)).status_code == 302
    assert browser("view_station").get(address("photo", report)).status_code == 403
