"""POSTs of money with an Idempotency-Key happen once; and every answer about money is as the schema tells it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from rest_framework.serializers import Serializer
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.world import tokens_of
from billing import ledger
from billing.api import shapes
from billing.models import TopUp
from billing.payments.top_ups import check_top_up
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, rule, straight, terms
from billing.tests.scripted_bank import ScriptedBank

QR, CARD = "/api/v1/balance/topup-qr", "/api/v1/balance/topup-card"


def app(driver: User, **headers: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(driver).access}", **headers)
    return client


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [QR, CARD])
def test_of_many_at_once_one_opens_an_invoice(driver: User, bank: ScriptedBank, address: str) -> None:
    bank.says("open")
    gate = Barrier(8)
    clients = [app(driver, HTTP_IDEMPOTENCY_KEY="k-1") for _ in range(8)]

    def one(client: APIClient) -> tuple[int, bytes]:
        gate.wait()
        try:
            answer = client.post(address, {"amount": "500"}, format="json")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, clients))
    assert TopUp.objects.count() == 1
    assert len({content for status, content in answers if status == 201}) == 1
    assert {status for status, _ in answers} <= {201, 409}
    again = clients[0].post(address, {"amount": "500"}, format="json")
    assert (again.status_code, again["Idempotent-Replayed"], TopUp.objects.count()) == (201, "true", 1)
    other = clients[0].post(address, {"amount": "501"}, format="json")
    assert (other.status_code, other.json()["error"]) == (409, "idempotency_conflict")


@pytest.mark.django_db
def test_a_payment_is_given_up_once(driver: User, bank: ScriptedBank) -> None:
    bank.says("open")
    client = app(driver)
    address = f"/api/v1/payment/cancel/{client.post(QR, {'amount': '500'}, format='json').json()['invoice_id']}"
    first, again = (client.post(address, headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, again.content == first.content) == (200, True)
    assert client.post(address).json()["error"] == "payment_not_cancellable"


def is_like(shape: type[Serializer[Any]], body: dict[str, Any]) -> bool:
    """Whether the body has the fields that the schema says, no more and no fewer."""
    assert set(body) == set(shape().get_fields())
    return True


@pytest.mark.django_db
def test_answers_are_as_the_schema_tells(driver: User, bank: ScriptedBank) -> None:
    bank.says("open")
    client = app(driver)
    qr = client.post(QR, {"amount": "500"}, format="json").json()
    assert is_like(shapes.QrShape, qr)
    bank.says("paid")
    check_top_up(top_up_id=TopUp.objects.get().pk, at=NOON)
    assert is_like(shapes.PaymentShape, client.get(f"/api/v1/payment/status/{qr['invoice_id']}").json())
    wallet, given = ledger.wallet_of(user=driver, currency="KGS"), terms(rule("per_kwh", "15"))
    ledger.hold(wallet=wallet, amount=price(given, straight(NOON, 40, 1000)).gross, subject="session:2", number=1,
                expires_at=None, at=NOON)  # fmt: skip
    receipt = give_receipt(
        wallet=wallet, subject="session:1", about="", price=price(given, straight(NOON, 40, 1000)), terms=given, at=NOON
    )
    shown = client.get(f"/api/v1/receipts/{receipt.public_id}").json()
    assert is_like(shapes.ReceiptShape, shown)
    assert all(is_like(shapes.ReceiptLineShape, line) for line in shown["lines"])
    moved = client.get("/api/billing/me/transactions").json()
    assert set(moved) == {"success", "data", "next", "holds"}
    assert is_like(shapes.MovementShape, moved["data"][0])
    assert is_like(shapes.HoldShape, moved["holds"][0])
    assert is_like(shapes.BalanceShape, client.get("/api/v1/balance/current").json())


@pytest.mark.django_db
def test_so_is_that_of_a_card_page(driver: User, bank: ScriptedBank) -> None:
    bank.says("open")
    assert is_like(shapes.CardPageShape, app(driver).post(CARD, {"amount": "5"}, format="json").json())
