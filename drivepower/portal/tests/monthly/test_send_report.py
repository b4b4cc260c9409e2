"""Reports by mail: both files, in each reader's language, once, and again only to whom they did not go."""

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.models import User
from accounts.tests.post_office import PostOffice, open_office
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import making, sending
from drivepower.portal.tests.monthly.months import FEBRUARY, OVER, network

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Any) -> Any:
    network()
    making.make(month=FEBRUARY, at=OVER)
    User.objects.create_user(email="aida@example.com", language="ru", role=User.Role.STAFF)
    with open_office() as office:
        settings.EMAIL_URL = office.url
        settings.REPORT_EMAILS = ["Aida@example.com", "board@example.com"]
        yield office


def test_it_goes_out_once_in_each_language(office: PostOffice) -> None:
    assert sending.send_due(at=OVER) == 2
    assert sending.send_due(at=OVER + timedelta(hours=1)) == 0

    russian, english = office.mails
    assert (russian["To"], english["To"]) == ("Aida@example.com", "board@example.com")
    assert english["Subject"] == "Uptime and success, February 2026"
    assert "Uptime 71.42 %; 80.00 % of first tries worked." in english.get_body().get_content()  # type: ignore[union-attr]
    files = {part.get_filename(): part.get_content() for part in english.iter_attachments()}
    assert list(files) == ["report-2026-02.pdf", "report-2026-02.xlsx"]
    assert files["report-2026-02.pdf"].startswith(b"%PDF")
    assert load_workbook(io.BytesIO(files["report-2026-02.xlsx"])).sheetnames[0] == "Connectors"
    report = MonthlyReport.objects.get()
    assert (report.sent_at, report.sent_to) == (OVER, ["Aida@example.com", "board@example.com"])


def test_it_is_tried_again_when_the_server_does_not_take_it(office: PostOffice) -> None:
    office.answers["DATA"] = "451 later"
    assert sending.send_due(at=OVER) == 0
    assert MonthlyReport.objects.get().sent_at is None
    office.answers.clear()

    assert sending.send_due(at=OVER) == 2
    assert len({mail["Message-ID"] for mail in office.mails}) == 2


def test_it_goes_only_to_those_who_have_not_got_it(office: PostOffice) -> None:
    MonthlyReport.objects.update(sent_to=["board@example.com"])
    assert sending.send_due(at=OVER) == 1
    assert office.readers == ["Aida@example.com"]


@pytest.mark.parametrize("name", ["EMAIL_URL", "REPORT_EMAILS"])
def test_it_stays_where_nobody_is_named(office: PostOffice, settings: Any, name: str) -> None:
    setattr(settings, name, type(getattr(settings, name))())
    assert sending.send_due(at=OVER) == 0
    assert MonthlyReport.objects.get().sent_at is None


def test_old_ones_are_no_news(office: PostOffice) -> None:
    assert sending.send_due(at=OVER + sending.NEWS) == 0
