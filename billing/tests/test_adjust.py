from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def adjust(wallet: Wallet, amount: str, reference: str = "adjustment:1") -> Transfer:
    return ledger.adjust(
        wallet=wallet, amount=Decimal(amount), reference=reference, made_by="staff:1", reason="goodwill", at=NOON
    )


def test_it_gives() -> None:
    wallet = wallet_with("10")
    made = adjust(wallet, "5")
    assert figures(wallet) == ("15.00", "0.00", "0.00")
    assert (made.target, made.amount, made.made_by, made.reason) == (wallet, Decimal(5), "staff:1", "goodwill")
    assert balance_of_system("adjustments") == Decimal(-5)


def test_it_takes_what_is_free_and_no_more() -> None:
    wallet = wallet_with("10")
    ledger.hold(wallet=wallet, amount=Decimal(4), subject="session:1", number=1, expires_at=None, at=NOON)
    with pytest.raises(Refusal) as refused:
        adjust(wallet, "-6.01")
    assert refused.value.code == "insufficient_balance"
    adjust(wallet, "-6")
    assert figures(wallet) == ("4.00", "4.00", "0.00")
    assert balance_of_system("adjustments") == Decimal(6)


def test_it_pays_debts_with_what_it_gives() -> None:
    wallet = wallet_with("0")
    ledger.capture(wallet=wallet, subject="session:1", revision=1, net=Decimal(8), tax=Decimal(0), at=NOON)
    adjust(wallet, "5")
    assert figures(wallet) == ("0.00", "0.00", "3.00")


def test_it_takes_a_reference_once() -> None:
    wallet = wallet_with("10")
    adjust(wallet, "5")
    with pytest.raises(Refusal) as refused:
        adjust(wallet, "5")
    assert refused.value.code == "already_adjusted"


def test_it_refuses_nothing_at_all() -> None:
    with pytest.raises(Refusal) as refused:
        adjust(wallet_with("10"), "0")
    assert refused.value.code == "invalid_parameters"


def test_it_refuses_more_than_anybody_moves() -> None:
    wallet = wallet_with("10")
    with pytest.raises(Refusal) as refused:
        adjust(wallet, "9999999999999.99")
    assert (refused.value.code, figures(wallet)) == ("invalid_parameters", ("10.00", "0.00", "0.00"))
