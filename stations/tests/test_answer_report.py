"""An answer to a report is told to whoever reported, and to nobody where nobody is known."""

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.notifying.wording import text_of
from drivepower.core.models import Event
from drivepower.core.refusals import Refusal
from stations import reports
from stations.models import Report, Station
from stations.tests.world import station

pytestmark = pytest.mark.django_db


def report(user: User | None, place: Station) -> Report:
    return reports.make(
        said_by="public",
        user=user,
        station=place,
        number=2,
        session=None,
        kind="cable",
        text="The cable is torn.",
        contact="",
        photo=None,
        at=timezone.now(),
    )


def test_it_tells_the_driver() -> None:
    user = User.objects.create_user(email="aida@example.com")
    made = report(user, station("BSK-01"))
    reports.answer(report=made, text="A new cable is there.", by="staff:1", at=timezone.now())
    event = Event.objects.get(kind="report.answered")
    assert (event.subject, event.driver) == (f"report:{made.public_id}", user.public_id)
    assert text_of("report_answered", event.payload) == "BSK-01, connector 2. A new cable is there."
    assert "staff" not in str(event.payload)


def test_it_tells_nobody_of_a_report_of_nobody() -> None:
    made = report(None, station("BSK-01"))
    reports.answer(report=made, text="A new cable is there.", by="staff:1", at=timezone.now())
    assert not Event.objects.filter(kind="report.answered").exists()


def test_of_two_who_answer_at_once_one_is_heard() -> None:
    made = report(User.objects.create_user(email="aida@example.com"), station("BSK-01"))
    seen_by_another = Report.objects.get()
    reports.answer(report=made, text="A new cable is there.", by="staff:1", at=timezone.now())
    with pytest.raises(Refusal, match="already"):
        reports.answer(report=seen_by_another, text="It is no fault.", by="staff:2", at=timezone.now())
    with pytest.raises(Refusal, match="already"):
        reports.close(report=seen_by_another, by="staff:2", at=timezone.now())
    kept = Report.objects.get()
    assert (kept.state, kept.answer, kept.owner) == ("answered", "A new cable is there.", "staff:1")
    assert Event.objects.filter(kind="report.answered").count() == 1
