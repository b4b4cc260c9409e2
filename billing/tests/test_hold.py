from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing import ledger
from billing.models import Hold, Wallet
from billing.tests.making import NOON, figures, person, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def hold(wallet: Wallet, amount: str, number: int = 1, subject: str = "session:1") -> Hold:
    return ledger.hold(wallet=wallet, amount=Decimal(amount), subject=subject, number=number, expires_at=None, at=NOON)


def test_it_sets_money_aside() -> None:
    wallet = wallet_with("100")
    until = NOON + timedelta(minutes=2)
    made = ledger.hold(wallet=wallet, amount=Decimal("60.50"), subject="session:1", number=1, expires_at=until, at=NOON)
    assert figures(wallet) == ("100.00", "60.50", "0.00")
    assert wallet.available == Decimal("39.50")
    assert (made.reference, made.state, made.made_at, made.expires_at) == ("session:1:1", "active", NOON, until)


def test_it_holds_to_the_last_tyiyn() -> None:
    wallet = wallet_with("100")
    hold(wallet, "99.99")
    hold(wallet, "0.01", number=2)
    assert figures(wallet) == ("100.00", "100.00", "0.00")


def test_it_refuses_more_than_is_free() -> None:
    wallet = wallet_with("100")
    hold(wallet, "60")
    with pytest.raises(Refusal) as refused:
        hold(wallet, "40.01", number=2)
    assert refused.value.code == "insufficient_balance"
    assert refused.value.details == {"available": "40.00", "required": "40.01", "owed": "0.00", "currency": "KGS"}
    assert figures(wallet) == ("100.00", "60.00", "0.00")


def test_it_refuses_an_empty_wallet() -> None:
    with pytest.raises(Refusal) as refused:
        hold(wallet_with("0"), "0.01")
    assert refused.value.code == "zero_balance"


def test_it_refuses_while_something_is_owed() -> None:
    wallet = wallet_with("100")
    hold(wallet, "100", subject="session:8")
    ledger.capture(wallet=wallet, subject="session:9", revision=1, net=Decimal(5), tax=Decimal(0), at=NOON)
    with pytest.raises(Refusal) as refused:
        hold(wallet, "10")
    assert refused.value.code == "debt_open"
    ledger.release(subject="session:8", at=NOON)  # what is free now pays it
    hold(wallet, "10")
    assert figures(wallet) == ("95.00", "10.00", "0.00")


def test_it_goes_into_the_credit_of_a_postpaid_wallet() -> None:
    wallet = wallet_with("10")
    Wallet.objects.filter(pk=wallet.pk).update(credit_limit=50)
    hold(wallet, "60")
    with pytest.raises(Refusal) as refused:
        hold(wallet, "0.01", number=2)
    assert refused.value.code == "zero_balance"


def test_it_takes_each_number_of_a_subject_once() -> None:
    wallet = wallet_with("100")
    hold(wallet, "10")
    with pytest.raises(Refusal) as refused:
        hold(wallet, "10")
    assert refused.value.code == "already_held"
    assert figures(wallet) == ("100.00", "10.00", "0.00")


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity"])
def test_it_refuses_what_is_no_amount(amount: str) -> None:
    wallet = wallet_with("100")
    with pytest.raises(Refusal) as refused:
        hold(wallet, amount)
    assert refused.value.code == "invalid_parameters"
    assert figures(wallet) == ("100.00", "0.00", "0.00")


def test_it_keeps_the_last_wall_in_the_table() -> None:
    wallet = wallet_with("100")
    with pytest.raises(IntegrityError, match="wallet_balance_covers_its_holds"), transaction.atomic():
        Wallet.objects.filter(pk=wallet.pk).update(held=Decimal("100.01"))
    with pytest.raises(IntegrityError, match="held_is_not_negative"), transaction.atomic():
        Wallet.objects.filter(pk=wallet.pk).update(held=-1)


def test_it_gives_a_person_one_wallet_per_currency() -> None:
    driver = person()
    som = ledger.wallet_of(user=driver, currency="KGS")
    assert ledger.wallet_of(user=driver, currency="KGS") == som
    assert ledger.wallet_of(user=driver, currency="USD") != som
