import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from billing.api import webhook
from billing.models import ProviderEvent, TopUp, Transfer
from billing.payments.top_ups import check_top_up
from billing.tests.making import NOON, figures
from billing.tests.ringing import tasks_rung
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.waiting import wait_for

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/payment/webhook/sandbox"
HONEST = {"invoice": "bank-1", "status": "paid", "amount": "500.00", "currency": "KGS"}


def call(body: bytes, number: int = 0, *, address: str = ADDRESS, headers: dict[str, str] | None = None) -> Any:
    """A callback from an address of its own, so that none is throttled."""
    origin = f"10.0.{number >> 8 & 255}.{number & 255}"
    return Client(headers=headers).post(address, body, "application/json", REMOTE_ADDR=origin)


def callbacks() -> QuerySet[ProviderEvent]:
    """What was kept of callbacks."""
    return ProviderEvent.objects.filter(direction=ProviderEvent.Direction.CALLBACK)


@pytest.mark.django_db(transaction=True)
def test_it_keeps_the_callback_and_hints_at_its_top_up(top_up: TopUp) -> None:
    tasks_rung()
    body = json.dumps(HONEST).encode()
    headers = {"User-Agent": "bank/1", "Authorization": "secret", "X-Bank-Signature": "abc"}
    answer = call(body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    event = callbacks().get()
    assert (event.provider, event.body, event.verdict, event.top_up) == ("sandbox", body.decode(), "hint", top_up)
    assert event.headers == {"Content-Type": "application/json", "User-Agent": "bank/1", "X-Bank-Signature": "abc"}
    assert wait_for(tasks_rung) == [("billing.check_top_up", [top_up.pk])]


def test_it_credits_nothing_by_itself(top_up: TopUp) -> None:
    call(json.dumps(HONEST).encode())
    assert not Transfer.objects.exists()
    check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(minutes=1))  # the bank itself says it is open
    assert not Transfer.objects.exists()


def test_it_answers_an_unknown_invoice_as_a_known_one(top_up: TopUp) -> None:
    known, unknown = (call(json.dumps(HONEST | {"invoice": name}).encode()) for name in ("bank-1", "bank-2"))
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert set(callbacks().values_list("verdict", flat=True)) == {"hint", "unknown invoice"}


def test_it_takes_the_configured_provider_when_none_is_named(top_up: TopUp) -> None:
    assert call(json.dumps(HONEST).encode(), address="/api/v1/payment/webhook").status_code == 200
    assert callbacks().get().top_up == top_up


def test_it_knows_no_other_provider() -> None:
    answer = call(b"{}", address="/api/v1/payment/webhook/nobody")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert not callbacks().exists()


def test_it_refuses_a_flood_of_bytes() -> None:
    answer = call(b"[" * (64 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert not callbacks().exists()


@pytest.mark.parametrize("start", [b'{"invoice": "bank-2", "note": "', b"[["])
def test_it_keeps_the_beginning_of_what_it_cannot_place(top_up: TopUp, start: bytes) -> None:
    body = (start + b"x" * 60_000) + b'"}'
    call(body, headers={f"X-Signature-{number}": "s" * 5_000 for number in range(20)})
    event = callbacks().get()
    assert event.body == body[:1024].decode()
    assert len(event.headers) == 10
    assert max(map(len, event.headers.values())) == 1024


def test_it_keeps_the_whole_of_what_names_a_top_up(top_up: TopUp) -> None:
    body = json.dumps(HONEST | {"note": "x" * 60_000}).encode()
    call(body)
    assert callbacks().get().body == body.decode()


def test_it_keeps_the_newest_of_what_it_cannot_place(top_up: TopUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "STRANGERS_KEPT", 3)
    call(json.dumps(HONEST).encode())
    for number in range(5):
        call(str(number).encode(), number)
    kept = callbacks().order_by("id").values_list("verdict", "body")
    assert list(kept) == [("hint", json.dumps(HONEST)), *(("unreadable", str(number)) for number in (2, 3, 4))]


def test_it_takes_a_forgery_for_a_strangers_even_if_it_names_a_top_up(top_up: TopUp, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = "whsec_of_nobody"
    TopUp.objects.update(provider="stripe", provider_invoice="cs_1")
    page = {"id": "cs_1", "client_reference_id": str(top_up.public_id), "note": "x" * 5_000}
    said = {"type": "checkout.session.completed", "data": {"object": page | {"object": "checkout.session"}}}
    answer = call(json.dumps(said).encode(), address="/api/v1/payment/webhook/stripe")
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    event = callbacks().get()
    assert (event.verdict, event.top_up, len(event.body)) == ("forged", None, 1024)


def test_it_keeps_the_newest_of_what_is_repeated(top_up: TopUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "REPEATS_KEPT", 3)
    for number in range(5):
        call(json.dumps(HONEST | {"number": number}).encode(), number)
    assert [json.loads(event.body)["number"] for event in callbacks().order_by("id")] == [2, 3, 4]
    assert ProviderEvent.objects.filter(direction="call").count() == 1


def test_it_finds_a_top_up_by_our_order(top_up: TopUp) -> None:
    odd: list[Any] = [str(top_up.public_id), top_up.public_id.hex.upper(), "no uuid", "\x00", 5, ["x"]]
    verdicts = []
    for number, order in enumerate(odd):
        call(json.dumps({"order": order}).encode(), number)
        verdicts.append(callbacks().latest("id").verdict)
    assert verdicts == ["hint", "hint", "unknown invoice", "unknown invoice", "unreadable", "unreadable"]


@pytest.mark.usefixtures("standing_clock")
def test_it_refuses_a_flood_of_calls() -> None:
    answers = [APIClient().post(ADDRESS, {}, format="json", REMOTE_ADDR="10.9.9.9") for _ in range(31)]
    assert [answer.status_code for answer in answers].count(200) == 30
    assert answers[-1].status_code == 429


def mutations() -> list[bytes]:
    """Callbacks as they should not be: other values, other types, broken bytes."""
    odd: list[Any] = [
        None,
        True,
        -1,
        0,
        500,
        500.5,
        1e9,
        "",
        "-500",
        "NaN",
        "1e3",
        "５００",
        [],
        {},
        ["bank-1"],
        "x" * 200,
    ]
    bodies = [json.dumps(HONEST | {key: value}).encode() for key in HONEST for value in odd]
    bodies += [json.dumps({key: HONEST[key] for key in HONEST if key != missing}).encode() for missing in HONEST]
    honest = json.dumps(HONEST).encode()
    bodies += [honest[:cut] for cut in range(0, len(honest), 5)]
    bodies += [bytes([*honest[:at], honest[at] ^ 0x15, *honest[at + 1 :]]) for at in range(0, len(honest), 3)]
    bodies += [b"", b"\x00", b"\xff\xfe", b'"\\ud800"', b"[" * 10_000, b"null", b'{"invoice": "\\u0000"}', b"NaN"]
    bodies += [b'{"invoice": "\\ud800"}', b'{"invoice": "bank-1", "invoice": "bank-2"}', b'{"invoice": 1e999}']
    return bodies


def test_it_survives_every_forgery(top_up: TopUp) -> None:
    bodies = mutations()
    answers = [call(body, number) for number, body in enumerate(bodies)]
    assert {answer.status_code for answer in answers} == {200}
    assert callbacks().count() == len(bodies) > 100
    check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(minutes=1))
    assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")


def test_it_credits_once_however_often_a_true_callback_comes(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    for number in range(20):
        call(json.dumps(HONEST).encode(), number)
        check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(seconds=number))
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
