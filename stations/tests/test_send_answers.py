"""An answer goes once to the e-mail address or phone that a stranger left, and comes back to people where it cannot."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from accounts.models import SandboxMessage, User
from drivepower.core.models import Alert
from drivepower.core.tests.loopback import Receiver, listening
from stations import answers, reports
from stations.models import Report
from stations.tests.world import station

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PHONE = "+996555123456"


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    cache.clear()


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Receiver]:
    """An SMS gateway."""
    with listening() as gateway:
        settings.SMS_URL = f"http://{gateway.place}/send"
        yield gateway


def answered(contact: str, *, user: User | None = None, text: str = "A new cable is there.") -> Report:
    place = Report.objects.first()
    where = place.station if place else station("BSK-01")
    made = reports.make(
        said_by="public", user=user, station=where, number=2, session=None, kind="", text="SPAM http://evil.example",
        contact=contact, photo=None, at=NOW,
    )  # fmt: skip
    return reports.answer(report=made, text=text, by="staff:1", at=NOW)


def test_it_goes_to_a_mailbox_once() -> None:
    made = answered(" aida@example.com ")
    assert answers.send_answers(at=NOW) == 1
    assert answers.send_answers(at=NOW) == 0
    sent = SandboxMessage.objects.get()
    assert (sent.channel, sent.target, sent.title) == ("email", "aida@example.com", "Your report has an answer")
    assert "BSK-01, connector 2." in sent.text
    assert "A new cable is there." in sent.text
    assert "SPAM" not in sent.title + sent.text
    made.refresh_from_db()
    assert made.contact == "a•••@example.com"
    Report.objects.update(state=Report.State.TAKEN)
    reports.answer(report=made, text="Once more.", by="staff:1", at=NOW)
    assert answers.send_answers(at=NOW) == 0


def test_it_goes_to_a_phone_as_a_gateway_takes_it(gateway: Receiver) -> None:
    answered("0555 123-456")
    assert answers.send_answers(at=NOW) == 1
    said = gateway.heard[0].body
    assert PHONE in str(said)
    assert "A new cable is there." in str(said)


@pytest.mark.parametrize(
    "contact",
    ["", "call me", "a@example.com\nBcc: b@example.com", "a@example.com, b@example.com", "a•••@example.com",
     "<script>@example.com", "0555CALLME", "123456", "=1+1"],
    ids=["none", "words", "header", "two", "hidden", "tag", "letters", "short", "formula"],
)  # fmt: skip
def test_it_goes_nowhere_else(contact: str) -> None:
    answered(contact)
    assert answers.send_answers(at=NOW) == 0
    assert not SandboxMessage.objects.exists()


def test_who_has_an_account_reads_it_there() -> None:
    answered("aida@example.com", user=User.objects.create_user(email="aida@example.com"))
    assert answers.send_answers(at=NOW) == 0


def test_what_never_arrives_is_peoples_again(gateway: Receiver) -> None:
    made = answered(PHONE)
    gateway.status = 422
    assert answers.send_answers(at=NOW) == 0
    made.refresh_from_db()
    assert (made.state, made.answered_at, made.answer) == ("taken", None, "A new cable is there.")
    alert = Alert.objects.open().get(kind="report")
    assert alert.text == "The answer did not arrive at +996•••56: the gateway answered 422"
    assert answers.outlook(made) == f"An answer did not arrive at {PHONE}; another one goes there."


def test_a_gateway_that_is_away_is_asked_for_hours(gateway: Receiver) -> None:
    made = answered(PHONE)
    gateway.status = 503
    answers.send_answers(at=NOW + timedelta(hours=5))
    made.refresh_from_db()
    assert made.state == "answered"
    answers.send_answers(at=NOW + timedelta(hours=7))
    made.refresh_from_db()
    assert made.state == "taken"
    assert len({heard.headers["idempotency-key"] for heard in gateway.heard}) == 1


def test_no_address_is_flooded() -> None:
    for _number in range(answers.A_DAY + 1):
        answered("aida@example.com")
    assert answers.send_answers(at=NOW) == answers.A_DAY
    assert Report.objects.filter(state="taken").count() == 1


def test_of_long_ago_nobody_is_told() -> None:
    answered("aida@example.com")
    assert answers.send_answers(at=NOW + timedelta(days=3)) == 0


def test_a_long_answer_is_kept_whole_enough() -> None:
    answered("aida@example.com", text="x" * 2000)
    assert answers.send_answers(at=NOW) == 1
    assert len(SandboxMessage.objects.get().text) == answers.LONGEST


def test_it_says_truly_what_becomes_of_it(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    settings.SMS_URL = ""
    said = {
        "a@example.com": "The answer goes to a@example.com.",
        PHONE: f"Nothing is set to send it by: the answer to {PHONE} stays in the sandbox.",
        "call me": "No way to answer by e-mail or SMS: call me",
        "": "No way to answer: nobody left one.",
    }
    assert {contact: answers.outlook(Report(contact=contact)) for contact in said} == said
    over = Report(contact="a•••@example.com", state="answered")
    assert answers.outlook(over) == "The answer went to a•••@example.com."
    assert answers.outlook(Report(contact="a@example.com", user=User(pk=1))) == "The driver reads it in the app."
