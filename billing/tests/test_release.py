from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Hold, Wallet
from billing.tests.making import NOON, figures, wallet_with

pytestmark = pytest.mark.django_db


def hold(wallet: Wallet, amount: str, number: int, subject: str = "session:1") -> None:
    ledger.hold(wallet=wallet, amount=Decimal(amount), subject=subject, number=number, expires_at=None, at=NOON)


def test_it_frees_every_hold_of_the_subject_and_no_other() -> None:
    wallet = wallet_with("100")
    hold(wallet, "30", 1)
    hold(wallet, "20", 2)
    hold(wallet, "10", 1, "session:2")
    assert ledger.release(subject="session:1", at=NOON) == Decimal(50)
    assert figures(wallet) == ("100.00", "10.00", "0.00")
    ended = Hold.objects.filter(subject="session:1")
    assert {(one.state, one.ended_at) for one in ended} == {("released", NOON)}


def test_it_does_nothing_the_second_time() -> None:
    wallet = wallet_with("100")
    hold(wallet, "30", 1)
    ledger.release(subject="session:1", at=NOON)
    assert ledger.release(subject="session:1", at=NOON) == 0
    assert figures(wallet) == ("100.00", "0.00", "0.00")


def test_it_frees_nothing_of_a_subject_that_holds_nothing() -> None:
    assert ledger.release(subject="session:404", at=NOON) == 0


def test_it_frees_holds_in_several_wallets() -> None:
    one, two = wallet_with("100"), wallet_with("50")
    hold(two, "20", 1)
    hold(one, "30", 2)
    assert ledger.release(subject="session:1", at=NOON) == Decimal(50)
    assert (figures(one), figures(two)) == (("100.00", "0.00", "0.00"), ("50.00", "0.00", "0.00"))
