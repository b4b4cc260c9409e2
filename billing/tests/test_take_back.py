from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from billing import ledger
from billing.models import Debt, PaymentRefund, TopUp, Transfer
from billing.payments.refunds import sweep
from billing.payments.reversals import PAYMENT_REVERSED, take_back
from billing.tests.making import NOON, balance_of_system, figures, give
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.sending import send_back
from billing.tests.threads import at_once
from drivepower.core.models import Alert

State = TopUp.State
LATER = NOON + timedelta(days=3)


def take(top_up: TopUp, amount: str) -> Decimal:
    taken = take_back(top_up=top_up, reversed_amount=Decimal(amount), at=LATER)
    top_up.refresh_from_db()
    return taken


def spend(top_up: TopUp, amount: str) -> None:
    ledger.capture(wallet=top_up.wallet, subject="session:1", revision=1, net=Decimal(amount), tax=Decimal(0), at=LATER)


@pytest.mark.django_db
def test_it_takes_what_went_back_out_of_the_wallet(paid: TopUp) -> None:
    assert take(paid, "120.50") == Decimal("120.50")
    assert figures(paid.wallet) == ("379.50", "0.00", "0.00")
    assert (paid.state, paid.reversed_amount) == (State.APPROVED, Decimal("120.50"))
    assert balance_of_system("clearing:sandbox") == Decimal("-379.50")
    [made] = Transfer.objects.filter(kind=Transfer.Kind.REVERSAL)
    assert (made.reverses, made.subject, made.made_at) == (paid.transfer, paid.subject, LATER)


@pytest.mark.django_db
def test_it_takes_only_what_is_new(paid: TopUp) -> None:
    assert [take(paid, amount) for amount in ("100", "100", "50", "250", "500", "500")] == [100, 0, 0, 150, 250, 0]
    assert figures(paid.wallet) == ("0.00", "0.00", "0.00")
    assert (paid.state, paid.reversed_amount) == (State.REVERSED, 500)


@pytest.mark.django_db
def test_what_is_gone_is_owed_and_paid_by_the_next_top_up(paid: TopUp) -> None:
    spend(paid, "382.50")
    take(paid, "500")
    assert figures(paid.wallet) == ("0.00", "0.00", "382.50")
    assert Debt.objects.get().subject == paid.subject
    alert = Alert.objects.get(kind=PAYMENT_REVERSED)
    assert (alert.subject, "382.50" in alert.text, "500.00 KGS" in alert.text) == (paid.subject, True, True)
    give(paid.wallet, "400")
    assert figures(paid.wallet) == ("17.50", "0.00", "0.00")
    assert balance_of_system("receivable") == 0
    assert ledger.check_books() == []


@pytest.mark.django_db
def test_what_is_held_stays_held(paid: TopUp) -> None:
    ledger.hold(wallet=paid.wallet, amount=Decimal(300), subject="session:1", number=1, expires_at=None, at=NOON)
    take(paid, "500")
    assert figures(paid.wallet) == ("300.00", "300.00", "300.00")


@pytest.mark.django_db
def test_it_takes_no_more_than_was_paid(paid: TopUp) -> None:
    assert take(paid, "1000") == 500
    assert take(paid, "1500") == 0
    assert figures(paid.wallet) == ("0.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_takes_nothing_of_what_was_never_credited(top_up: TopUp) -> None:
    assert take(top_up, "500") == 0
    assert (top_up.state, figures(top_up.wallet)) == (State.PROCESSING, ("0.00", "0.00", "0.00"))


@pytest.mark.django_db(transaction=True)
def test_it_takes_once_when_many_see_it(paid: TopUp) -> None:
    taken = at_once(*[partial(take_back, top_up=paid, reversed_amount=Decimal(200), at=LATER)] * 6)
    assert sorted(taken) == [0, 0, 0, 0, 0, 200]
    assert figures(paid.wallet) == ("300.00", "0.00", "0.00")
    paid.refresh_from_db()
    assert paid.reversed_amount == 200


@pytest.mark.django_db
def test_a_refund_of_ours_is_not_taken_a_second_time(paid: TopUp, bank: ScriptedBank) -> None:
    send_back(top_up=paid, amount=Decimal(200), reason="asked for", made_by="staff:1", at=NOON)
    assert figures(paid.wallet) == ("300.00", "0.00", "0.00")
    assert take(paid, "200") == 0  # the provider's sum shows our refund
    assert take(paid, "350") == 150  # and then more
    assert figures(paid.wallet) == ("150.00", "0.00", "0.00")


@pytest.mark.django_db
def test_a_refund_that_was_refused_hides_no_reversal(paid: TopUp, bank: ScriptedBank) -> None:
    bank.code = 503
    refund = send_back(top_up=paid, amount=Decimal(500), reason="asked for", made_by="staff:1", at=NOON)
    assert take(paid, "500") == 0  # it may be ours
    bank.code, bank.refund = 409, {"error": "no"}
    PaymentRefund.objects.filter(pk=refund.pk).update(asked_at=NOON)
    sweep(at=LATER)
    assert figures(paid.wallet) == ("500.00", "0.00", "0.00")
    assert take(paid, "500") == 500  # it was not
    assert (paid.state, figures(paid.wallet)) == (State.REVERSED, ("0.00", "0.00", "0.00"))
    assert balance_of_system("clearing:sandbox") == 0


@pytest.mark.django_db
def test_parts_are_told_apart_whatever_happens_in_between(paid: TopUp, bank: ScriptedBank) -> None:
    bank.code, bank.refund = 409, {"error": "no"}
    send_back(top_up=paid, amount=Decimal(200), reason="asked for", made_by="staff:1", at=NOON)  # refused at once
    assert [take(paid, amount) for amount in ("100", "400", "500")] == [100, 300, 100]
    assert (paid.state, figures(paid.wallet)) == (State.REVERSED, ("0.00", "0.00", "0.00"))
    assert balance_of_system("clearing:sandbox") == 0
    assert ledger.check_books() == []
