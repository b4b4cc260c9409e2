from decimal import Decimal

import pytest

from billing import ledger
from billing.tests.making import NOON, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def test_it_lets_a_wallet_spend_what_it_has_not() -> None:
    wallet = wallet_with("10")

    ledger.set_credit_limit(wallet=wallet, limit=Decimal(50), at=NOON)

    ledger.hold(wallet=wallet, amount=Decimal(60), subject="session:1", number=1, expires_at=None, at=NOON)
    wallet.refresh_from_db()
    assert (wallet.credit_limit, wallet.spendable) == (Decimal(50), Decimal(0))


def test_it_refuses_a_limit_below_what_is_used() -> None:
    wallet = wallet_with("10")
    ledger.set_credit_limit(wallet=wallet, limit=Decimal(50), at=NOON)
    ledger.hold(wallet=wallet, amount=Decimal(40), subject="session:1", number=1, expires_at=None, at=NOON)

    ledger.set_credit_limit(wallet=wallet, limit=Decimal(30), at=NOON)
    with pytest.raises(Refusal) as refused:
        ledger.set_credit_limit(wallet=wallet, limit=Decimal("29.99"), at=NOON)

    wallet.refresh_from_db()
    assert (refused.value.code, wallet.credit_limit) == ("insufficient_balance", Decimal(30))


@pytest.mark.parametrize("limit", ["-1", "0.001", "NaN"])
def test_it_refuses_what_is_no_amount(limit: str) -> None:
    wallet = wallet_with("10")

    with pytest.raises(Refusal) as refused:
        ledger.set_credit_limit(wallet=wallet, limit=Decimal(limit), at=NOON)

    assert refused.value.code == "invalid_parameters"
