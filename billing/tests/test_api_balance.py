from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from billing import ledger
from billing.models import TopUp, Transfer, Wallet
from billing.tests.making import NOON, give, wallet_with

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/balance/current"


def test_it_shows_what_can_be_spent_beside_what_is_held_and_owed(client: APIClient, driver: User) -> None:
    wallet = wallet_with("500", user=driver)
    ledger.hold(wallet=wallet, amount=Decimal(100), subject="session:2", number=1, expires_at=None, at=NOON)
    ledger.capture(wallet=wallet, subject="session:1", revision=1, net=Decimal(450), tax=Decimal(0), at=NOON)
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "client_id": str(driver.public_id),
        "balance": "0.00",
        "held": "100.00",
        "owed": "50.00",
        "currency": "KGS",
        "last_topup_at": None,
        "total_spent": "400.00",
    }


def test_it_counts_repayments_and_refunds_in_what_was_spent(client: APIClient, driver: User) -> None:
    wallet = wallet_with("100", user=driver)
    ledger.capture(wallet=wallet, subject="session:1", revision=1, net=Decimal(130), tax=Decimal(0), at=NOON)
    give(wallet, "50")
    charge = Transfer.objects.get(kind=Transfer.Kind.CAPTURE)
    ledger.refund(transfer=charge, amount=Decimal(25), reference="refund:1", made_by="staff:1", reason="", at=NOON)
    answer = client.get(ADDRESS).json()
    assert (answer["total_spent"], answer["balance"]) == ("105.00", "45.00")


def test_it_says_when_money_last_came_in(client: APIClient, driver: User) -> None:
    wallet = wallet_with("0", user=driver)
    transfer = give(wallet, "50")
    TopUp.objects.create(
        wallet=wallet,
        provider="sandbox",
        amount=50,
        state=TopUp.State.APPROVED,
        transfer=transfer,
        made_at=NOON,
        expires_at=NOON,
    )
    assert client.get(ADDRESS).json()["last_topup_at"] == "2026-03-02T06:00:00Z"


def test_it_shows_zeros_to_someone_without_a_wallet_and_makes_none(client: APIClient) -> None:
    answer = client.get(ADDRESS).json()
    assert (answer["balance"], answer["held"], answer["owed"], answer["total_spent"]) == ("0.00",) * 4
    assert not Wallet.objects.exists()


def test_it_shows_nothing_to_a_stranger() -> None:
    answer = APIClient().get(ADDRESS)
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
