"""A payout from the question to the bank's word."""

from decimal import Decimal
from uuid import uuid4

import pytest

from billing import ledger, payouts
from billing.models import Payout, Wallet
from billing.tests.making import NOON, figures, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
AIDA, BAKYT = "staff:1", "staff:2"


def ask(wallet: Wallet, amount: str = "40", **said: object) -> Payout:
    told = {"destination": "KICB 1280, Aida", "reason": "moves away", "asked_by": AIDA, "at": NOON} | said
    return payouts.ask_payout(wallet=wallet, amount=Decimal(amount), **told)  # type: ignore[arg-type]


def approve(payout: Payout, by: str = BAKYT) -> Payout:
    return payouts.approve(payout=payout, decided_by=by, at=NOON)


def pay(payout: Payout, reference: str = "PP-1") -> Payout:
    return payouts.mark_paid(payout=payout, bank_reference=reference, paid_by=BAKYT, at=NOON)


def send_home(payout: Payout) -> Payout:
    return payouts.mark_returned(payout=payout, reason="closed account", returned_by=AIDA, at=NOON)


def code_of(call: object, *args: object, **said: object) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args, **said)  # type: ignore[operator]
    return refused.value.code


def test_it_waits_for_a_second_person_however_small_it_is() -> None:
    wallet = wallet_with("100")
    asked = ask(wallet, "0.01")
    assert (asked.state, figures(wallet)[0]) == ("asked", "100.00")
    assert code_of(approve, asked, AIDA) == code_of(approve, asked, "") == "access_denied"
    done = approve(asked)
    assert (done.state, done.decided_by, figures(wallet)[0]) == ("approved", BAKYT, "99.99")
    assert done.transfer is not None
    assert (done.transfer.made_by, done.transfer.reason) == (AIDA, "moves away")
    assert ledger.check_books() == []


def test_it_leaves_what_is_held_and_what_waits() -> None:
    wallet = wallet_with("100")
    ledger.hold(wallet=wallet, amount=Decimal(30), subject="session:1", number=1, expires_at=None, at=NOON)
    ask(wallet, "50")
    assert code_of(ask, wallet, "20.01") == "insufficient_balance"
    assert ask(wallet, "20").state == "asked"


@pytest.mark.parametrize(
    "said", [{"reason": " "}, {"destination": ""}, {"asked_by": ""}, {"amount": "0"}, {"amount": "1.001"}], ids=str
)
def test_it_refuses_what_nobody_could_approve(said: dict[str, str]) -> None:
    assert code_of(ask, wallet_with("100"), **said) == "invalid_parameters"
    assert not Payout.objects.exists()


def test_it_pays_no_account_of_the_house() -> None:
    wallet_with("100")
    assert code_of(ask, Wallet.objects.get(system="clearing:sandbox")) == "invalid_parameters"


def test_it_is_asked_for_once_by_its_key() -> None:
    wallet, key = wallet_with("100"), uuid4()
    assert ask(wallet, "60", key=key) == ask(wallet, "60", key=key)
    assert code_of(ask, wallet, "59", key=key) == "invalid_parameters"


def test_it_is_refused_when_the_money_is_gone() -> None:
    wallet = wallet_with("100")
    asked = ask(wallet, "60")
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(50), tax=Decimal(0), at=NOON)
    assert code_of(approve, asked) == "insufficient_balance"
    asked.refresh_from_db()
    assert (asked.state, figures(wallet)[0]) == ("asked", "50.00")


def test_it_can_be_refused() -> None:
    wallet = wallet_with("100")
    asked = ask(wallet)
    assert code_of(payouts.refuse, payout=asked, decided_by=AIDA, at=NOON) == "access_denied"
    assert payouts.refuse(payout=asked, decided_by=BAKYT, at=NOON).state == "refused"
    assert code_of(approve, asked) == code_of(pay, asked) == code_of(send_home, asked) == "already_decided"
    assert figures(wallet)[0] == "100.00"


def test_it_is_paid_with_the_banks_reference_which_pays_no_other() -> None:
    wallet = wallet_with("100")
    one, two = approve(ask(wallet)), approve(ask(wallet))
    assert code_of(pay, one, " ") == "invalid_parameters"
    paid = pay(one)
    assert (paid.state, paid.bank_reference, paid.paid_by) == ("paid", "PP-1", BAKYT)
    assert code_of(pay, one, "PP-2") == "already_decided"
    assert code_of(pay, two) == "already_paid_out"
    assert code_of(pay, ask(wallet, "1"), "PP-3") == "already_decided"


@pytest.mark.parametrize("is_paid", [False, True])
def test_it_comes_home_once(is_paid: bool) -> None:
    wallet = wallet_with("100")
    sent = approve(ask(wallet))
    if is_paid:
        pay(sent)
    home = send_home(sent)
    assert (home.state, home.returned_by, figures(wallet)[0]) == ("returned", AIDA, "100.00")
    assert home.returning is not None
    assert home.returning.reason == "closed account"
    assert code_of(send_home, sent) == code_of(pay, sent) == "already_decided"
    assert ledger.check_books() == []


def test_nothing_comes_home_that_has_not_left() -> None:
    assert code_of(send_home, ask(wallet_with("100"))) == "already_decided"
