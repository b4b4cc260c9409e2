"""Staff, site hosts and fleet managers report a problem in the portal: the same row, alert and answer as a driver's."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from charging.tests.world import World
from drivepower.core import alerts
from drivepower.core.models import Alert, Event
from drivepower.portal.tests.driver.calls import browser, page
from drivepower.portal.tests.explain.pages import page_of, time_of
from drivepower.portal.tests.making import staff, superuser
from drivepower.portal.tests.reporting import HOUSE, PHONE, form_of, page_of_report, told
from stations import reports
from stations.models import Report

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"a picture"
NASTY = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """Photos of one test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.parametrize("role", HOUSE)
def test_it_is_reported_from_the_page_of_a_station(world: World, role: str) -> None:
    person = staff(role)
    client, address = browser(person), form_of(station=world.station.code)
    station_page = reverse("admin:stations_station_change", args=[world.station.pk])
    assert f'href="{address}"' in client.get(station_page).text
    answer = client.post(address, told(number="2"))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{station_page}?tab=upkeep")
    report, by = Report.objects.get(), f"staff:{person.public_id}"
    assert (report.station, report.number, report.session, report.kind) == (world.station, 2, None, "broken")
    assert (report.user, report.said_by, report.filed_by, report.state) == (person, by, by, "open")
    assert Alert.objects.open().get(kind="report").subject == f"report:{report.public_id}"
    assert "The cable is torn." in client.get(f"{station_page}?tab=upkeep").text


def test_it_is_reported_from_the_page_of_a_session(world: World) -> None:
    session, client = world.charging(world.driver()), browser(staff("Support"))
    session_page = reverse("admin:charging_session_change", args=[session.pk])
    button = reverse("admin:charging_session_report", args=[session.pk])
    assert button in client.get(session_page).text
    address = client.get(button).headers["Location"]
    assert address == form_of(session=session.public_id)
    assert client.post(address, told()).headers["Location"] == session_page
    report = Report.objects.get()
    assert (report.station, report.number, report.session) == (world.station, 1, session.public_id)


def test_it_is_reported_above_the_list_by_the_station_s_code(world: World) -> None:
    client, listing = browser(staff("Operator")), reverse("admin:stations_report_changelist")
    assert f'href="{form_of()}"' in client.get(listing).text
    assert client.post(form_of(), told(station="NOWHERE")).context["form"].errors.keys() == {"station"}
    assert client.post(form_of(), told(station=world.station.code, number="9")).status_code == 400
    assert not Report.objects.exists()
    answer = client.post(form_of(), told(station=world.station.code.lower()))
    assert answer.headers["Location"] == listing
    assert Report.objects.get().station == world.station


def test_what_a_driver_told_on_the_phone_is_theirs(world: World) -> None:
    driver, support = world.driver(phone=PHONE), staff("Support")
    client = browser(support)
    client.post(form_of(station=world.station.code), told(phone="0555 123 456"))
    report = Report.objects.get()
    assert (report.user, report.said_by) == (driver, f"driver:{driver.public_id}")
    assert report.filed_by == f"staff:{support.public_id}"
    assert "The driver reads it in the app." in client.get(page_of_report(report)).text
    assert "filed by Support" in client.get(page(driver)).text
    reports.answer(report=report, text="A new cable is there.", by="staff:1", at=timezone.now())
    assert Event.objects.get(kind="report.answered").driver == driver.public_id


@pytest.mark.parametrize("phone", ["+996555999999", "nobody", "0"])
def test_a_phone_is_one_of_a_driver(world: World, phone: str) -> None:
    User.objects.filter(pk=staff("Owner").pk).update(phone="+996555999999")
    answer = browser(staff("Support")).post(form_of(station=world.station.code), told(phone=phone))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["phone"])
    assert not Report.objects.exists()


def test_who_reported_it_themselves_is_answered_too(world: World) -> None:
    technician = staff("Technician")
    client = browser(technician)
    client.post(form_of(station=world.station.code), told())
    report = Report.objects.get()
    assert "reads it in the portal" in client.get(page_of_report(report)).text
    reports.answer(report=report, text="A new cable is there.", by="staff:1", at=timezone.now())
    assert Event.objects.get(kind="report.answered").driver == technician.public_id


def test_its_page_names_who_filed_it(world: World) -> None:
    client = browser(staff("Operator"))
    client.post(form_of(station=world.station.code), told())
    assert "Something is broken" in client.get(page_of_report(Report.objects.get())).text
    listing = reverse("admin:stations_report_changelist", query={"columns": "made_at,filer"})
    assert '<td class="field-filer' in client.get(listing).text
    assert "Operator" in client.get(page_of_report(Report.objects.get())).text


def test_who_looks_after_it_stands_by_name(world: World) -> None:
    keeper = staff("Support")
    User.objects.filter(pk=keeper.pk).update(name="Meerim of the desk")
    client = browser(keeper)
    client.post(form_of(station=world.station.code), told())
    report = Report.objects.get()
    client.post(reverse("admin:stations_report_take", args=[report.pk]), {"_form_submitted": "True"})
    client = browser(staff("Operator"))
    listing = reverse("admin:stations_report_changelist", query={"columns": "text,keeper"})
    for text in (client.get(page_of_report(report)).text, client.get(listing).text):
        assert "Meerim of the desk" in text
        assert f"staff:{keeper.public_id}" not in text


def test_its_page_leads_to_the_charge_and_says_what_told_it(world: World) -> None:
    session, client = world.charging(world.driver(phone=PHONE)), browser(staff("Support"))
    client.post(form_of(session=session.public_id), told(phone=PHONE))
    page = client.get(page_of_report(Report.objects.get())).text
    address = reverse("admin:charging_session_changelist", query={"q": session.public_id})
    assert f'href="{address}"' in page
    assert f"#{session.pk}" in client.get(address).text
    assert "driver:" not in page


@pytest.mark.parametrize(
    ("number", "linked"), [("1", "connector:{}/1"), ("2", "station:{}"), ("", "connector:{}/1")], ids=["1", "2", "all"]
)
def test_it_is_linked_to_the_alert_that_is_open_there(world: World, number: str, linked: str) -> None:
    code, at, client = world.station.code, timezone.now(), browser(staff("Operator"))
    for subject in ("station:{}", "connector:{}/1", "station:{}-B"):
        alerts.open_alert(kind="x", subject=subject.format(code), text="x", at=at)
    alerts.open_alert(kind="y", subject=f"connector:{code}/1", text="over", at=at)
    alerts.resolve_alert(kind="y", subject=f"connector:{code}/1", at=at)
    client.post(form_of(station=code), told(number=number))
    report = Report.objects.get()
    assert report.alert is not None
    assert report.alert.subject == linked.format(code)
    assert page_of_report(report) in client.get(reverse("admin:core_alert_change", args=[report.alert.pk])).text
    assert reverse("admin:core_alert_change", args=[report.alert.pk]) in client.get(page_of_report(report)).text


def test_it_stands_in_the_explanation_of_its_session_and_of_its_station(world: World) -> None:
    driver = world.driver(name="Aizada", phone=PHONE)
    session, client = world.charging(driver), browser(superuser())
    client.post(form_of(session=session.public_id), told(phone=PHONE))
    client.post(form_of(station=world.station.code), told(text="The screen is dark."))
    whole = client.get(page_of(session)).text
    assert "A problem was reported by Aizada: «The cable is torn.»" in whole
    assert "Filed by Root." in whole
    told_of = client.get(time_of(world.station)).text
    assert "A problem was reported by Root: «The screen is dark.»" in told_of


def test_it_comes_with_a_photo(world: World, files: Path) -> None:
    client, photo = browser(staff("Technician")), SimpleUploadedFile("me.php", JPEG, "text/html")
    client.post(form_of(station=world.station.code), told(photo=photo))
    report = Report.objects.get()
    shown = client.get(reverse("admin:stations_report_photo", args=[report.pk]))
    assert (shown.content, shown.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert [one.suffix for one in files.rglob("*.*")] == [".jpg"]


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"RIFF\x00\x00\x00\x00WAVE", JPEG + bytes(reports.LARGEST_PHOTO)],
    ids=["script", "sound", "large"],
)  # fmt: skip
def test_it_takes_nothing_but_pictures(world: World, files: Path, content: bytes) -> None:
    photo = SimpleUploadedFile("me.jpg", content, "image/jpeg")
    answer = browser(staff("Operator")).post(form_of(station=world.station.code), told(photo=photo))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["photo"])
    assert not Report.objects.exists()
    assert not list(files.rglob("*.*"))


def test_pressed_twice_it_is_one_report(world: World, files: Path) -> None:
    client, said = browser(staff("Operator")), told()
    for _press in range(2):
        sent = said | {"photo": SimpleUploadedFile("me.jpg", JPEG)}
        assert client.post(form_of(station=world.station.code), sent).status_code == 302
    assert Report.objects.count() == 1
    assert Alert.objects.open().count() == 1
    assert len(list(files.rglob("*.*"))) == 1


@pytest.mark.parametrize(
    "said", [{"text": " "}, {"text": "x" * 2001}, {"kind": "odd"}, {"number": "0"}, {"number": "7"}, {"key": "x"}],
    ids=str,
)  # fmt: skip
def test_it_refuses_what_makes_no_sense(world: World, said: dict[str, str]) -> None:
    answer = browser(staff("Operator")).post(form_of(station=world.station.code), told(**said))
    assert answer.status_code == 400
    assert not Report.objects.exists()


def test_hostile_words_are_inert(world: World) -> None:
    driver, client = world.driver(phone=PHONE), browser(superuser())
    User.objects.filter(is_superuser=True).update(name=NASTY)
    session = world.charging(driver)
    client.post(form_of(session=session.public_id), told(text=NASTY, phone=PHONE))
    report = Report.objects.get()
    again = client.post(form_of(station=world.station.code), told(text=NASTY, phone=NASTY))
    upkeep = reverse("admin:stations_station_change", args=[world.station.pk], query={"tab": "upkeep"})
    listing = reverse("admin:stations_report_changelist", query={"columns": "text,filer"})
    pages = [page_of(session), page_of_report(report), page(driver), upkeep, listing, reverse("admin:portal_upkeep")]
    for text in (again.text, *(client.get(address).text for address in pages)):
        assert NASTY not in text
        assert "&lt;script&gt;alert(1)" in text


def test_the_table_holds_who_filed_it(world: World) -> None:
    client = browser(staff("Operator"))
    client.post(form_of(station=world.station.code), told())
    for said in ({"filed_by": "driver:x"}, {"said_by": "public"}, {"filed_by": "staff:x"}):
        with pytest.raises(IntegrityError, match="report_is_filed_by_staff"), transaction.atomic():
            Report.objects.update(**said)
