"""What the log tells of a whole flow of payments, and what it must never tell."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.tests.world import bearer
from billing.models import ProviderEvent, TopUp
from billing.payments import told
from billing.payments.protocol import ProviderTrouble
from billing.payments.top_ups import check_top_up, sweep_top_ups
from billing.tests.odengi_calls import NAME, PHONE, SECRET, SURNAME, as_bytes, shape_a, shape_b, signed
from billing.tests.odengi_desk import PASSWORD, OdengiDesk, error

DRIVER, TELEPHONE = "Begimai", "+996700987654"
CANARIES = (NAME, SURNAME, DRIVER, PASSWORD, SECRET, "Asanova", "555123456", "555 123 456", "700987654")


@pytest.fixture
def house(live_server: LiveServer, by_odengi: None, settings: Settings, driver: User) -> Iterator[httpx.Client]:
    """The house on a port of this machine, with a driver whose name and phone are known."""
    settings.ODENGI_WEBHOOK_SECRET = SECRET
    User.objects.filter(pk=driver.pk).update(name=DRIVER, phone=TELEPHONE)
    headers = bearer(driver)
    with httpx.Client(base_url=f"{live_server.url}/api/v1", headers=headers, timeout=30) as client:
        yield client


def open_one(house: httpx.Client) -> TopUp | None:
    """500.00 KGS by QR, if the provider makes an invoice."""
    answer = house.post("/balance/topup-qr", json={"amount": 500}).json()
    return TopUp.objects.get(public_id=answer["invoice_id"]) if answer["success"] else None


def whole_flow(house: httpx.Client, desk: OdengiDesk) -> None:
    """Errors that echo what we sent, an invoice, callbacks of every kind, answers that name people, and a payment."""
    now, echo = timezone.now(), f"{PASSWORD} {SECRET} {NAME} {PHONE}"
    desk.says = error(7, echo)
    assert open_one(house) is None
    desk.says = f"<html>{echo}".encode()
    assert open_one(house) is None
    desk.says = None
    top_up = open_one(house)
    assert top_up is not None
    desk.pay(top_up.provider_invoice, "processing", account=PHONE, payer=f"{NAME} {SURNAME}")
    check_top_up(top_up_id=top_up.pk, at=now)
    desk.says = {"cmd": "statusPayment", "data": {"status": echo, "amount": echo}}
    with pytest.raises(ProviderTrouble):
        check_top_up(top_up_id=top_up.pk, at=now)
    desk.says = None
    order = str(top_up.public_id)
    for body in (as_bytes(shape_a(top_up.provider_invoice, order)), as_bytes(shape_b(order, note=echo)), echo.encode()):
        for headers in ({}, signed(body, at=now), signed(body, at=now, late=900)):
            assert house.post("/payment/webhook/odengi", content=body, headers=headers).status_code in {200, 401}
    desk.pay(top_up.provider_invoice, account=PHONE, payer=f"{NAME} {SURNAME}", echo=echo)
    sweep_top_ups(at=now + timedelta(seconds=30))
    assert TopUp.objects.get(pk=top_up.pk).state == TopUp.State.APPROVED


@pytest.mark.django_db(transaction=True)
def test_it_tells_no_phone_no_name_and_no_secret(
    house: httpx.Client, desk: OdengiDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    whole_flow(house, desk)
    log = "\n".join(json.dumps(record.msg, default=str) + record.getMessage() for record in caplog.records)
    assert log.count("provider call") > 10
    hashes = [json.loads(raw)["hash"] for raw in desk.raw]
    assert [canary for canary in (*CANARIES, *hashes) if canary in log] == []


@pytest.mark.django_db(transaction=True)
def test_it_keeps_raw_texts_without_our_secrets_and_signatures(house: httpx.Client, desk: OdengiDesk) -> None:
    whole_flow(house, desk)
    kept = "\n".join(f"{event.body} {event.headers} {event.verdict}" for event in ProviderEvent.objects.all())
    assert NAME in kept  # for finance
    hashes = [json.loads(raw)["hash"] for raw in desk.raw]
    assert [secret for secret in (PASSWORD, SECRET, *hashes) if secret in kept] == []
    verdicts = list(ProviderEvent.objects.order_by("id").values_list("direction", "verdict"))
    assert verdicts[:3] == [
        ("call", "create_invoice: trouble"),
        ("call", "create_invoice: trouble"),
        ("call", "create_invoice: made"),
    ]
    assert verdicts[-1] == ("call", "fetch_status: paid")
    assert {verdict for direction, verdict in verdicts if direction == "callback"} == {
        "hint",
        "unsigned hint",
        "forged",
        "unreadable",
    }


@pytest.mark.django_db(transaction=True)
def test_it_tells_every_call_and_callback_in_one_line(
    house: httpx.Client, desk: OdengiDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    top_up = open_one(house)
    assert top_up is not None
    desk.pay(top_up.provider_invoice, amount=12_345)
    body = as_bytes(shape_a(top_up.provider_invoice))
    house.post("/payment/webhook/odengi", content=body, headers=signed(body, at=timezone.now()))
    house.post("/payment/webhook/odengi", content=body)
    check_top_up(top_up_id=top_up.pk, at=timezone.now())
    said: list[Any] = [record.msg for record in caplog.records if record.name == told.__name__]
    lines: list[dict[str, Any]] = said  # structlog hands its events over as they are
    assert all(isinstance(line["ms"], int) and line["provider"] == "odengi" for line in lines)
    told_of = [(one["event"], one["what"], one.get("top_up"), one.get("amount"), one["outcome"]) for one in lines]
    name = str(top_up)
    assert told_of == [
        ("provider call", "create_invoice", name, "500.00", "made"),
        ("callback", "callback", name, "500.00", "hint"),
        ("callback", "callback", None, None, "forged"),
        ("provider call", "fetch_status", name, "123.45", "paid"),
    ]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call +996 555 123 456 now", "call ***56 now"),
        ("0 (555) 12-34-56", "***56"),
        ("status 503, error 17", "status 503, error 17"),
        (f"login {PASSWORD} failed", "login *** failed"),
        ("x" * 400, "x" * 300),
    ],
)
def test_it_masks_what_errors_say(settings: Settings, text: str, masked: str) -> None:
    settings.ODENGI_PASSWORD = PASSWORD
    assert told.masked(text) == masked
