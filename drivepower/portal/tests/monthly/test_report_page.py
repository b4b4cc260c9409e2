"""The page of monthly reports and its files: for whoever may look, in their language, with nothing that runs."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Company, User
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import making
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.monthly.months import FEBRUARY, HOSTILE, OVER, network

pytestmark = pytest.mark.django_db
LIST, PAGE, FILE = (f"admin:portal_monthlyreport_{name}" for name in ("changelist", "change", "file"))


@pytest.fixture
def report() -> MonthlyReport:
    network()
    making.make(month=FEBRUARY, at=OVER)
    return MonthlyReport.objects.get()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(superuser())
    return client


def test_it_lists_the_months(report: MonthlyReport, client: Client) -> None:
    page = client.get(reverse(LIST)).content.decode()
    for text in ("February 2026", "71.42", "80.00", reverse(FILE, args=[report.pk, "pdf"])):
        assert text in page


def test_its_page_shows_the_tables(report: MonthlyReport, client: Client) -> None:
    page = client.get(reverse(PAGE, args=[report.pk])).content.decode()
    for text in ("Ten worst", "S-2 / 1", "50.00", "Fault: GroundFailure", "336.0"):
        assert text in page


def test_the_workbook_holds_numbers_and_no_formula(report: MonthlyReport, client: Client) -> None:
    content = client.get(reverse(FILE, args=[report.pk, "xlsx"])).content
    book = load_workbook(io.BytesIO(content))
    rows = list(book["Connectors"].iter_rows(values_only=True))

    assert rows[1] == ("S-1 / 1", 0.928571, 48, 0, 48, 0, 0, 10, 0.8, 121)
    assert rows[2] == ("S-2 / 1", 0.5, 336, 336, 0, 0, 0, 0, None, 0)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert f"'{HOSTILE}" in [cell.value for cell in cells]


@pytest.mark.parametrize(("language", "sheet"), [("en", "Connectors"), ("ru", "Коннекторы")])
def test_both_files_speak_the_readers_language(
    report: MonthlyReport, client: Client, language: str, sheet: str
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    pdf = client.get(reverse(FILE, args=[report.pk, "pdf"]))
    xlsx = client.get(reverse(FILE, args=[report.pk, "xlsx"]))

    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"] == 'attachment; filename="report-2026-02.pdf"'
    assert load_workbook(io.BytesIO(xlsx.content)).sheetnames[0] == sheet


def test_only_whoever_may_look_gets_them(report: MonthlyReport) -> None:
    address = reverse(FILE, args=[report.pk, "pdf"])
    assert Client().get(address).status_code == 302
    people: list[dict[str, Any]] = [{}, {"company": Company.objects.create(name="Host"), "is_superuser": True}]
    for fields in people:
        client = Client()
        client.force_login(User.objects.create_user(email=f"{len(fields)}@example.com", role="staff", **fields))
        assert client.get(address).status_code in (403, 404)


def test_what_is_no_file_is_not_found(report: MonthlyReport, client: Client) -> None:
    assert client.get(reverse(FILE, args=[report.pk, "exe"])).status_code == 404
    assert client.get(reverse(FILE, args=[report.pk + 1, "pdf"])).status_code == 404


def test_the_list_asks_no_more_for_more_months(report: MonthlyReport, client: Client) -> None:
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        counts.append(len(queries))
        MonthlyReport.objects.create(
            month=FEBRUARY.replace(month=3 + number), figures=report.figures, made_at=OVER + timedelta(days=40)
        )
    assert counts[0] == counts[1]
