"""Notices on their way: together, tried again, once, and dropped when nobody needs them any more."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.duty import sending
from accounts.models import DutyNotice, SandboxMessage, User
from accounts.tests.duty.world import KIND, NOON, call, minutes, person, ring, rule, shift
from accounts.tests.post_office import PostOffice, open_office
from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence
from drivepower.core.tests.loopback import Receiver, listening

pytestmark = pytest.mark.django_db
HOOK = {"ways": ["webhook"]}


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Somebody's webhook, and the messenger's gateway."""
    with listening() as heard:
        settings.WEBHOOK_PRIVATE_HOSTS = [heard.place]
        settings.DUTY_MESSENGER_URL = f"http://{heard.place}/say"
        settings.DUTY_MESSENGER_TOKEN = "let-me-in"  # of a test
        yield heard


def states() -> list[str]:
    return list(DutyNotice.objects.order_by("pk").values_list("state", flat=True))


def test_it_sends_what_is_due_to_one_person_as_one() -> None:
    rule()
    shift(person("Aida", every_minutes=60))
    for number in range(3):
        ring(f"BSK-{number}", at=minutes(number * 10))
        call(minutes(number * 10))
    assert sending.send_notices(at=minutes(59)) == 0
    assert sending.send_notices(at=minutes(60)) == 3
    shown = SandboxMessage.objects.get()
    assert (shown.channel, shown.target, shown.title) == ("mail", "aida@example.com", "Alerts: 3")
    assert shown.text.count("It is gone.") == 3
    assert len({one.batch for one in DutyNotice.objects.all()}) == 1
    assert sending.send_notices(at=minutes(61)) == 0


def test_it_speaks_the_language_of_its_reader() -> None:
    rule(severity="critical")
    who = person("Aida")
    who.language = "ru"
    who.save(update_fields=["language"])
    shift(who)
    alert = ring()
    call()
    sending.send_notices(at=NOON)
    shown = SandboxMessage.objects.get()
    assert shown.title == "[критично] Станция не на связи: station:BSK-01"
    assert f"/admin/core/alert/{alert.pk}/change/" in shown.text


def test_it_tells_moments_by_the_clock_of_the_house() -> None:
    rule(severity="critical")
    shift(person("Aida"))
    text = sentence("Its connection ended at %(moment)s.", moment=NOON)
    alerts.open_alert(kind=KIND, subject="station:BSK-01", text=text, at=NOON)
    call()
    sending.send_notices(at=NOON)
    assert "Its connection ended at 2 Mar 2026 12:00 (UTC+06:00)." in SandboxMessage.objects.get().text


def test_it_posts_to_a_webhook_under_one_name_at_every_try(receiver: Receiver) -> None:
    rule()
    shift(person("Aida", webhook_url=f"http://{receiver.place}/duty", **HOOK))
    alert = ring()
    call()
    receiver.status = 503
    assert sending.send_notices(at=NOON) == 0
    receiver.status = 200
    assert sending.send_notices(at=NOON + timedelta(seconds=9)) == 0
    assert sending.send_notices(at=NOON + timedelta(seconds=10)) == 1
    first, second = receiver.heard
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert json.loads(second.body)["alerts"][0]["id"] == alert.pk
    assert states() == ["sent"]


def test_it_says_it_in_the_messenger(receiver: Receiver) -> None:
    rule()
    shift(person("Aida", ways=["messenger"], messenger_to="@aida"))
    ring()
    call()
    assert sending.send_notices(at=NOON) == 1
    (heard,) = receiver.heard
    assert (heard.path, heard.headers["authorization"]) == ("/say", "Bearer let-me-in")
    assert json.loads(heard.body)["to"] == "@aida"


def test_it_mails(settings: Settings) -> None:
    rule()
    shift(person("Aida"))
    ring()
    call()
    with open_office() as office:
        settings.EMAIL_URL = office.url
        assert sending.send_notices(at=NOON) == 1
    assert_mailed(office)


def assert_mailed(office: PostOffice) -> None:
    assert office.readers == ["aida@example.com"]
    assert "It is gone." in office.mails[0].get_content()


@pytest.mark.parametrize("status", [400, 410])
def test_what_is_refused_is_not_tried_again(receiver: Receiver, status: int) -> None:
    rule()
    shift(person("Aida", webhook_url=f"http://{receiver.place}/duty", **HOOK))
    ring()
    call()
    receiver.status = status
    for minute in (0, 5, 60):
        sending.send_notices(at=minutes(minute))
    assert (len(receiver.heard), states()) == (1, ["failed"])
    assert Alert.objects.open().filter(kind="messages_failing", subject="duty:webhook").exists()


def test_it_gives_up_after_five_tries(receiver: Receiver) -> None:
    rule()
    shift(person("Aida", webhook_url=f"http://{receiver.place}/duty", **HOOK))
    ring()
    call()
    receiver.status = 500
    for minute in range(0, 200, 30):
        sending.send_notices(at=minutes(minute))
    assert (len(receiver.heard), states()) == (5, ["failed"])


@pytest.mark.parametrize("end", ["resolved", "acknowledged"])
def test_what_is_over_before_it_goes_out_is_dropped(end: str) -> None:
    rule()
    shift(person("Aida", every_minutes=60))
    ring()
    call()
    if end == "resolved":
        alerts.resolve_alert(kind="station_offline", subject="station:BSK-01", at=minutes(5))
    else:
        alerts.acknowledge(Alert.objects.all(), by="staff:1", at=minutes(5))
    assert sending.send_notices(at=minutes(60)) == 0
    assert states() == ["dropped"]
    assert not SandboxMessage.objects.exists()


def test_a_failing_way_disturbs_no_other(receiver: Receiver) -> None:
    rule()
    shift(person("Aida", ways=["mail", "webhook"], webhook_url=f"http://{receiver.place}/duty"))
    ring()
    call()
    receiver.status = 500
    assert sending.send_notices(at=NOON) == 1
    assert sorted(states()) == ["sent", "waiting"]


def test_it_forgets_what_was_sent_long_ago() -> None:
    rule()
    shift(person("Aida"))
    ring()
    call()
    assert sending.forget_notices(at=NOON + timedelta(days=179)) == 0
    assert sending.forget_notices(at=NOON + timedelta(days=181)) == 1


def test_who_has_left_the_house_meanwhile_is_told_nothing() -> None:
    rule()
    left, stays = (person(name, every_minutes=60) for name in ("Aida", "Bakyt"))
    for one in (left, stays):
        shift(one)
    ring()
    call()
    User.objects.filter(pk=left.pk).update(is_active=False)
    sending.send_notices(at=minutes(60))
    told_of = dict(DutyNotice.objects.values_list("person__name", "state"))
    assert told_of == {"Aida": "dropped", "Bakyt": "sent"}
