"""Each channel against a real server of its kind on this machine."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.models import Channel, PushSubscription, SandboxMessage
from accounts.tests.browser import Browser, house_key, point, signed_by, written
from accounts.tests.post_office import PostOffice, open_office
from accounts.tests.world import aida
from accounts.words import mail, push, sms, vapid
from accounts.words.channels import sender
from accounts.words.saying import Undelivered, Words
from drivepower.core.tests.loopback import Receiver, listening

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORDS = Words(
    key="0123456789abcdef0123456789abcdef", title="Зарядка началась", text="BSK-01, разъём 2.", data={"id": "7"}
)


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    with open_office() as office:
        settings.EMAIL_URL = office.url
        yield office


@pytest.fixture
def service(settings: Settings) -> Iterator[Receiver]:
    """A push service that our own network has."""
    with listening() as service:
        service.status = 201
        settings.WEBHOOK_PRIVATE_HOSTS = [service.place]
        yield service


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Receiver]:
    with listening() as gateway:
        settings.SMS_URL = f"http://{gateway.place}/v1/send"
        yield gateway


def fails(send: object, target: str) -> tuple[str, bool]:
    """Why it did not arrive, and whether it never will."""
    with pytest.raises(Undelivered) as problem:
        send(target=target, words=WORDS)  # type: ignore[operator]  # one of the channels
    return str(problem.value), problem.value.is_final


def test_mail_arrives(office: PostOffice, settings: Settings) -> None:
    settings.EMAIL_FROM = "DrivePower <hello@drivepower.example>"
    mail.send(target="aida@example.com", words=WORDS)
    mail.send(target="aida@example.com", words=WORDS)
    first, second = office.mails
    assert (first["To"], first["From"], first["Subject"]) == (
        "aida@example.com",
        "DrivePower <hello@drivepower.example>",
        "Зарядка началась",
    )
    assert first.get_content().strip() == "BSK-01, разъём 2."
    assert first["Message-ID"] == second["Message-ID"] == f"<{WORDS.key}@drivepower.example>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert office.readers == ["aida@example.com"] * 2


@pytest.mark.parametrize(
    ("command", "answer", "said", "is_final"),
    [
        ("RCPT", "550 no such mailbox", "the mailbox is refused: 550", True),
        ("RCPT", "450 later", "the mailbox is refused: 450", False),
        ("BODY", "554 spam", "the mail is refused: 554", True),
        ("BODY", "451 later", "the mail is refused: 451", False),
        ("MAIL", "530 log in first", "the mail server does not take it: SMTPSenderRefused", False),
        ("", "554 go away", "the mail server does not take it: SMTPConnectError", False),
    ],
)
def test_mail_says_why_it_did_not_arrive(
    office: PostOffice, command: str, answer: str, said: str, is_final: bool
) -> None:
    office.answers[command] = answer
    assert fails(mail.send, "aida@example.com") == (said, is_final)
    assert not office.mails


def test_mail_comes_later_where_nobody_listens(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    assert fails(mail.send, "aida@example.com") == ("the mail server does not take it: ConnectionRefusedError", False)


@pytest.mark.parametrize(
    ("url", "host", "port", "use_tls", "use_ssl", "password"),
    [
        ("smtp://127.0.0.1", "127.0.0.1", 25, False, False, ""),
        ("smtp://me:p%40ss@mail.example:587", "mail.example", 587, True, False, "p@ss"),
        ("smtp+tls://mail.example", "mail.example", 587, True, False, ""),
        ("smtps://mail.example", "mail.example", 465, False, True, ""),
        ("smtp://mail.example:465", "mail.example", 465, False, True, ""),
    ],
)
def test_mail_is_handed_over_by_tls(
    url: str, host: str, port: int, use_tls: bool, use_ssl: bool, password: str
) -> None:
    to = mail.connection_to(url)
    assert (to.host, to.port, to.use_tls, to.use_ssl, to.password) == (host, port, use_tls, use_ssl, password)


def test_a_password_is_never_said_in_the_clear(office: PostOffice, settings: Settings) -> None:
    settings.EMAIL_URL = office.url.replace("smtp://", "smtp+tls://me:secret@")
    assert fails(mail.send, "aida@example.com")[1] is False
    assert not office.readers


def test_sms_arrives(gateway: Receiver, settings: Settings) -> None:
    settings.SMS_TOKEN = "token"
    sms.send(target="+996555123456", words=WORDS)
    [heard] = gateway.heard
    assert json.loads(heard.body) == {"to": "+996555123456", "text": "BSK-01, разъём 2."}
    assert (heard.path, heard.headers["authorization"]) == ("/v1/send", "Bearer token")
    assert heard.headers["idempotency-key"] == WORDS.key


@pytest.mark.parametrize(
    ("status", "is_final"),
    [(400, True), (401, False), (404, False), (422, True), (429, False), (302, False), (503, False)],
)
def test_sms_says_why_it_did_not_arrive(gateway: Receiver, status: int, is_final: bool) -> None:
    gateway.status, gateway.headers = status, {"Location": f"http://{gateway.place}/elsewhere"}
    assert fails(sms.send, "+996555123456") == (f"the gateway answered {status}", is_final)
    assert len(gateway.heard) == 1


def subscribe(service: Receiver, browser: Browser) -> str:
    endpoint = f"http://{service.place}/send/abc"
    PushSubscription.objects.create(user=aida(), endpoint=endpoint, **browser.keys, made_at=NOON)
    return endpoint


@pytest.mark.django_db
def test_push_arrives_sealed_and_signed(service: Receiver, settings: Settings) -> None:
    key, pem, _ = house_key()
    settings.WEB_PUSH_KEY, settings.WEB_PUSH_CONTACT = pem, "mailto:house@drivepower.example"
    browser = Browser()
    push.send(target=subscribe(service, browser), words=WORDS)
    [heard] = service.heard
    assert browser.opened(heard) == {"title": WORDS.title, "body": WORDS.text, "id": "7"}
    assert WORDS.text.encode() not in heard.body
    assert (heard.path, heard.headers["ttl"], heard.headers["topic"]) == ("/send/abc", "3600", WORDS.key)
    signer, claims = signed_by(heard, audience=f"http://{service.place}")
    assert signer == written(point(key)) == vapid.public_key(pem)
    assert claims["sub"] == "mailto:house@drivepower.example"
    assert timedelta(0) < datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC) < timedelta(hours=24)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "is_final", "stays"),
    [
        (404, True, False),
        (410, True, False),
        (400, True, True),
        (413, True, True),
        (307, True, True),
        (403, False, True),
        (429, False, True),
        (500, False, True),
    ],
)
def test_push_says_why_it_did_not_arrive(
    service: Receiver, settings: Settings, status: int, is_final: bool, stays: bool
) -> None:
    _, _, settings.WEB_PUSH_KEY = house_key()
    endpoint = subscribe(service, Browser())
    service.status, service.headers = status, {"Location": f"http://{service.place}/elsewhere"}
    assert fails(push.send, endpoint) == (f"the push service answered {status}", is_final)
    assert len(service.heard) == 1
    assert PushSubscription.objects.exists() is stays


@pytest.mark.django_db
def test_push_never_goes_to_our_own_network(service: Receiver, settings: Settings) -> None:
    _, settings.WEB_PUSH_KEY, _ = house_key()
    endpoint = subscribe(service, Browser())
    settings.WEBHOOK_PRIVATE_HOSTS = []
    said, _ = fails(push.send, endpoint)
    assert said == "the push service does not answer: only https is asked"
    assert not service.heard


@pytest.mark.django_db
def test_push_gives_up_what_it_cannot_seal(service: Receiver, settings: Settings) -> None:
    settings.WEB_PUSH_KEY = "not a key"
    assert fails(push.send, subscribe(service, Browser()))[1] is True


def test_the_key_may_be_written_in_several_ways() -> None:
    key, pem, raw = house_key()
    wanted = written(point(key))
    assert [vapid.public_key(text) for text in (pem, pem.replace("\n", "\\n"), raw)] == [wanted] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("channel", list(Channel))
def test_the_sandbox_keeps_what_no_server_is_set_for(channel: Channel) -> None:
    sender(channel)(target="somewhere", words=WORDS)
    kept = SandboxMessage.objects.get()
    assert (kept.channel, kept.target, kept.title, kept.text) == (channel, "somewhere", WORDS.title, WORDS.text)
