"""Money in the way of a driver's leaving."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import leaving
from accounts.tests.world import Phone, aida
from billing import payouts
from billing.models import Wallet
from billing.tests.making import wallet_with

pytestmark = pytest.mark.django_db
PATH = "/api/v1/account/delete-request"


@pytest.mark.parametrize(
    "money", [{"owed": Decimal(5)}, {"balance": Decimal(-5), "credit_limit": Decimal(10)}], ids=str
)
def test_who_owes_pays_first(money: dict[str, Decimal]) -> None:
    user = aida()
    Wallet.objects.create(user=user, currency="KGS")
    Wallet.objects.create(user=user, currency="USD", **money)
    status, told = Phone(user).post(PATH)
    assert (status, told["error"]) == (402, "debt_open")
    Wallet.objects.update(owed=0, balance=0)
    assert Phone(user).post(PATH)[0] == 200


@pytest.mark.parametrize("money", [{"balance": Decimal(5)}, {"balance": Decimal(5), "held": Decimal(5)}], ids=str)
def test_who_has_money_may_ask_and_is_kept_until_it_is_theirs_again(money: dict[str, Decimal]) -> None:
    user = aida()
    Wallet.objects.create(user=user, currency="KGS", **money)
    assert Phone(user).post(PATH)[0] == 200
    later = timezone.now() + timedelta(days=15)
    assert leaving.let_go(at=later) == 0
    Wallet.objects.update(balance=0, held=0)
    assert leaving.let_go(at=later) == 1


def test_who_is_being_paid_out_is_kept_until_the_bank_has_paid() -> None:
    user, at = aida(), timezone.now()
    wallet = wallet_with("5", user=user)
    assert Phone(user).post(PATH)[0] == 200
    asked = payouts.ask_payout(
        wallet=wallet, amount=Decimal(5), destination="KICB 1", reason="leaves", asked_by="staff:1", at=at
    )
    sent = payouts.approve(payout=asked, decided_by="staff:2", at=at)
    later = at + timedelta(days=15)
    assert leaving.let_go(at=later) == 0
    payouts.mark_paid(payout=sent, bank_reference="PP-1", paid_by="staff:2", at=at)
    assert leaving.let_go(at=later) == 1
