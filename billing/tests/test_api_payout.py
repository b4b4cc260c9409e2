"""A driver asks for the money of the wallet, and the account goes when the bank has paid it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import leaving
from accounts.models import User
from billing import payouts
from billing.models import Payout
from billing.tests.making import figures, wallet_with

pytestmark = pytest.mark.django_db
TO = {"destination": "KICB 1280, Aida"}


def ask(client: APIClient, **said: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/v1/balance/payout", said, format="json")
    return answer.status_code, answer.json()


def test_it_asks_for_all_that_is_free(client: APIClient, driver: User) -> None:
    wallet = wallet_with("70", user=driver)
    status, told = ask(client, **TO)
    made = Payout.objects.get()
    assert (status, told["amount"], told["state"], told["payout_id"]) == (201, "70.00", "asked", str(made.public_id))
    assert (made.asked_by, made.destination, figures(wallet)[0]) == (
        f"driver:{driver.public_id}",
        TO["destination"],
        "70.00",
    )
    assert ask(client, **TO)[1]["error"] == "insufficient_balance"


def test_it_asks_for_a_part(client: APIClient, driver: User) -> None:
    wallet_with("70", user=driver)
    assert ask(client, **TO, amount="20.50", reason="a gift")[1]["amount"] == "20.50"
    assert ask(client, **TO, amount="49.51")[1]["error"] == "insufficient_balance"


@pytest.mark.parametrize("said", [{}, {"destination": " "}, TO | {"amount": "0"}, TO | {"amount": "1.001"}], ids=str)
def test_it_refuses_what_is_none(client: APIClient, driver: User, said: dict[str, str]) -> None:
    wallet_with("70", user=driver)
    assert ask(client, **said)[0] == 400
    assert not Payout.objects.exists()


def test_it_is_for_people_who_are_known(client: APIClient) -> None:
    assert APIClient().post("/api/v1/balance/payout", TO, format="json").status_code == 401
    assert ask(client, **TO)[1]["error"] == "insufficient_balance"


def test_who_leaves_is_gone_when_the_bank_has_paid(client: APIClient, driver: User) -> None:
    wallet_with("70", user=driver)
    assert client.post("/api/v1/account/delete-request").status_code == 200
    assert ask(client, **TO)[0] == 201
    later = timezone.now() + timedelta(days=15)
    assert leaving.let_go(at=later) == 0
    sent = payouts.approve(payout=Payout.objects.get(), decided_by="staff:1", at=later)
    assert (leaving.let_go(at=later), sent.amount) == (0, Decimal(70))
    payouts.mark_paid(payout=sent, bank_reference="PP-1", paid_by="staff:1", at=later)
    assert leaving.let_go(at=later) == 1
