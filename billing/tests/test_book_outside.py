from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Debt, Wallet
from billing.tests.making import NOON, balance_of_system, figures, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def opened(wallet: Wallet, amount: str) -> None:
    balance = ledger.Balance(wallet, Decimal(amount), "opening:1")
    ledger.open_balances(balances=[balance], currency=wallet.currency, made_by="staff:1", at=NOON)


def untold() -> bool:
    """Whether the books add up but for movements that no paper tells of."""
    return {one.figure for one in ledger.check_books()} == {"movement that nobody booked"}


def test_it_returns_the_clearing_account_to_nothing() -> None:
    wallet = wallet_with("0")
    clearing = balance_of_system("clearing:odengi")
    ledger.top_up(wallet=wallet, provider="odengi", amount=Decimal(100), reference="top_up:1", at=NOON)
    assert balance_of_system("clearing:odengi") == clearing - 100
    ledger.take_commission(
        provider="odengi",
        currency="KGS",
        amount=Decimal("1.80"),
        reference="register:1:fee",
        made_by="staff:1",
        at=NOON,
    )
    ledger.remit(
        provider="odengi", currency="KGS", amount=Decimal("98.20"), reference="register:1:2", made_by="staff:1", at=NOON
    )
    assert balance_of_system("clearing:odengi") == clearing
    assert balance_of_system("commissions") == Decimal("-1.8")
    assert untold()


def test_it_takes_a_commission_back() -> None:
    before = balance_of_system("commissions")
    ledger.take_commission(
        provider="odengi", currency="KGS", amount=Decimal(-2), reference="register:1:fee", made_by="staff:1", at=NOON
    )
    assert balance_of_system("commissions") == before + 2
    assert untold()


@pytest.mark.parametrize("verb", [ledger.take_commission, ledger.remit])
def test_it_books_a_reference_once(verb: object) -> None:
    told = {"provider": "odengi", "currency": "KGS", "amount": Decimal(2), "reference": "register:1:1"}
    assert callable(verb)
    verb(**told, made_by="staff:1", at=NOON)
    with pytest.raises(Refusal) as refused:
        verb(**told, made_by="staff:1", at=NOON)
    assert refused.value.code == "already_booked"


def test_it_shares_with_a_host_who_pays_debts_with_it() -> None:
    wallet = wallet_with("0")
    ledger.capture(wallet=wallet, subject="session:1", revision=1, net=Decimal(3), tax=Decimal(0), at=NOON)
    ledger.share(wallet=wallet, amount=Decimal(10), reference="host:1", made_by="rule:host_statements", at=NOON)
    assert figures(wallet) == ("7.00", "0.00", "0.00")
    assert balance_of_system("shares") == Decimal(-10)
    assert untold()


def test_it_takes_a_share_back_as_far_as_it_is_free() -> None:
    wallet = wallet_with("5")
    ledger.share(wallet=wallet, amount=Decimal(-5), reference="host:1", made_by="rule:host_statements", at=NOON)
    assert figures(wallet) == ("0.00", "0.00", "0.00")
    with pytest.raises(Refusal) as refused:
        ledger.share(wallet=wallet, amount=Decimal(-1), reference="host:2", made_by="rule:host_statements", at=NOON)
    assert refused.value.code == "insufficient_balance"


def test_it_opens_a_wallet_with_money() -> None:
    wallet = wallet_with("0")
    opened(wallet, "12.34")
    assert figures(wallet) == ("12.34", "0.00", "0.00")
    assert balance_of_system("opening") == Decimal("-12.34")
    with pytest.raises(Refusal) as refused:
        opened(wallet, "12.34")
    assert refused.value.code == "already_opened"
    assert ledger.check_books() == []


def test_it_opens_a_wallet_with_a_debt_that_the_next_money_pays() -> None:
    wallet = wallet_with("0")
    opened(wallet, "-4")
    assert figures(wallet) == ("0.00", "0.00", "4.00")
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(10), reference="top_up:1", at=NOON)
    assert figures(wallet) == ("6.00", "0.00", "0.00")
    assert Debt.objects.get(wallet=wallet).paid == 4
    assert balance_of_system("opening") == Decimal(4)
    assert ledger.check_books() == []


def test_it_opens_a_wallet_with_a_debt_that_money_in_it_pays_at_once() -> None:
    wallet = wallet_with("10")
    opened(wallet, "-4")
    assert figures(wallet) == ("6.00", "0.00", "0.00")
    assert ledger.check_books() == []
