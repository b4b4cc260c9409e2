"""Reports by mail: both files, in each reader's language, once, and again only to whom they did not go."""

import io
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from openpyxl import load_workbook

from accounts.models import Company, DutyChoice, User
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


def choose(email: str, *groups: str, **fields: Any) -> User:
    """A member of staff who wants the reports."""
    person = User.objects.create_user(email=email, role=User.Role.STAFF, **fields)
    person.groups.set(Group.objects.filter(name__in=groups))
    DutyChoice.objects.create(person=person, monthly_reports=True)
    return person


def test_it_goes_to_those_who_chose_it_and_may_open_it(office: PostOffice, settings: Any) -> None:
    settings.REPORT_EMAILS = []
    choose("finance@example.com", "Finance")
    choose("technician@example.com", "Technician")
    choose("gone@example.com", "Finance", is_active=False)
    choose("host@example.com", "Finance", company=Company.objects.create(name="Host"))
    DutyChoice.objects.create(person=User.objects.get(email="aida@example.com"))

    assert sending.send_due(at=OVER) == 1
    assert office.readers == ["finance@example.com"]
    assert MonthlyReport.objects.get().sent_at == OVER


def test_who_is_named_and_chose_it_gets_it_once(office: PostOffice) -> None:
    person = User.objects.get(email="aida@example.com")
    person.groups.set(Group.objects.filter(name="Finance"))
    DutyChoice.objects.create(person=person, monthly_reports=True)

    assert sending.send_due(at=OVER) == 2
    assert sorted(office.readers) == ["Aida@example.com", "board@example.com"]


@pytest.mark.parametrize("name", ["EMAIL_URL", "REPORT_EMAILS"])
def test_it_stays_where_nobody_is_named(office: PostOffice, settings: Any, name: str) -> None:
    setattr(settings, name, type(getattr(settings, name))())
    assert sending.send_due(at=OVER) == 0
    assert MonthlyReport.objects.get().sent_at is None


def test_old_ones_are_no_news(office: PostOffice) -> None:
    assert sending.send_due(at=OVER + sending.NEWS) == 0


class Asking(dict[str, str]):
    """A mail server that looks, while it is spoken to, whether the report can be written and sent by another."""

    seen: ClassVar[list[int]] = []

    def get(self, command: str, usual: Any = None) -> Any:
        """Its usual answer."""
        if command == "DATA":
            with transaction.atomic():
                assert MonthlyReport.objects.select_for_update(nowait=True).get().sent_at is None
            self.seen.append(sending.send_due(at=OVER))
            connection.close()
        return usual


@pytest.mark.django_db(transaction=True)
def test_it_holds_nothing_while_a_mail_server_takes_its_time(office: PostOffice) -> None:
    office.answers = Asking()
    assert sending.send_due(at=OVER) == 2
    assert Asking.seen == [0, 0]
    assert len(office.mails) == 2
