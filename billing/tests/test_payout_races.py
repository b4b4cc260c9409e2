"""Payouts decided about by two people at once, on real connections."""

from collections import Counter
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing import ledger, payouts
from billing.models import Payout, Transfer, Wallet
from billing.tests.making import NOON, figures, wallet_with
from billing.tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def ask(wallet: Wallet, amount: int = 100) -> Payout:
    return payouts.ask_payout(
        wallet=wallet, amount=Decimal(amount), destination="KICB 1", reason="r", asked_by="staff:1", at=NOON
    )


def outcomes(*answers: object) -> Counter[str]:
    return Counter(answer if isinstance(answer, str) else "done" for answer in answers)


def test_two_approvals_take_the_money_once() -> None:
    wallet = wallet_with("200")
    approve = partial(payouts.approve, payout=ask(wallet), at=NOON)
    answers = at_once(*[partial(approve, decided_by=f"staff:{number}") for number in range(2, 6)])
    assert outcomes(*answers) == {"done": 1, "already_decided": 3}
    assert (figures(wallet)[0], ledger.check_books()) == ("100.00", [])


def test_one_of_approval_and_refusal_counts() -> None:
    wallet = wallet_with("100")
    said: dict[str, Any] = {"payout": ask(wallet), "at": NOON}
    answers = at_once(
        partial(payouts.approve, **said, decided_by="staff:2"), partial(payouts.refuse, **said, decided_by="staff:3")
    )
    assert outcomes(*answers) == {"done": 1, "already_decided": 1}
    is_out = Payout.objects.get().state == "approved"
    assert (figures(wallet)[0], Transfer.objects.filter(kind="payout").count()) == (
        ("0.00", 1) if is_out else ("100.00", 0)
    )


def test_two_askers_get_no_more_than_there_is() -> None:
    wallet = wallet_with("150")
    answers = at_once(*[partial(ask, wallet) for _ in range(3)])
    assert outcomes(*answers) == {"done": 1, "insufficient_balance": 2}


def test_what_was_paid_and_sent_back_at_once_ends_once() -> None:
    wallet = wallet_with("100")
    sent = payouts.approve(payout=ask(wallet), decided_by="staff:2", at=NOON)
    back = partial(payouts.mark_returned, payout=sent, reason="closed", returned_by="staff:3", at=NOON)
    pay = partial(payouts.mark_paid, payout=sent, bank_reference="PP-1", paid_by="staff:2", at=NOON)
    answers = at_once(back, back, pay)
    assert [isinstance(answer, Payout) for answer in answers[:2]].count(True) == 1
    assert (Payout.objects.get().state, figures(wallet)[0]) == ("returned", "100.00")
    assert ledger.check_books() == []
