"""Payments that go back, and second payments that are credited: above the threshold by two people (decision 9)."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from billing import adjustments, ledger
from billing.models import Adjustment, PaymentRefund, SecondPayment, TopUp, Transfer
from billing.payments.doubles import note_sent_back
from billing.payments.refunds import sweep
from billing.payments.top_ups import check_top_up
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

ASKER, SECOND = "staff:1", "staff:2"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def threshold(settings: Settings) -> None:
    """From 200.00 on by two people; the payment is of 500.00."""
    settings.APPROVAL_FROM = 200


@pytest.fixture
def second(paid: TopUp, bank: ScriptedBank) -> SecondPayment:
    """The invoice was paid once more."""
    bank.status |= {"again": ["T-2"]}
    check_top_up(top_up_id=paid.pk, at=NOON + DAY)
    return SecondPayment.objects.get()


def ask(top_up: TopUp, amount: str, by: str = ASKER, at: datetime = NOON, key: UUID | None = None) -> Adjustment:
    return adjustments.ask_to_send_back(
        top_up=top_up, amount=Decimal(amount), reason="moved away", asked_by=by, at=at, key=key
    )


def ask_to_credit(payment: SecondPayment, amount: str = "500", by: str = ASKER) -> Adjustment:
    return adjustments.ask_to_credit(payment=payment, amount=Decimal(amount), reason="paid twice", asked_by=by, at=NOON)


def approve(asked: Adjustment, by: str = SECOND) -> str:
    """The state after it, or the refusal's code."""
    try:
        return adjustments.approve(adjustment=asked, decided_by=by, at=NOON).state
    except Refusal as refusal:
        return refusal.code


@pytest.mark.django_db
def test_a_small_one_is_sent_at_once(paid: TopUp, bank: ScriptedBank) -> None:
    asked = ask(paid, "199.99")
    refund = PaymentRefund.objects.get(public_id=asked.public_id)
    assert (asked.state, asked.needs_approval, asked.decided_by) == ("booked", False, ASKER)
    assert (refund.state, refund.made_by, refund.reason) == ("done", ASKER, "moved away")
    assert figures(paid.wallet) == ("300.01", "0.00", "0.00")
    assert ledger.check_books() == []


@pytest.mark.django_db
def test_a_large_one_waits_for_a_second_person(paid: TopUp, bank: ScriptedBank) -> None:
    asked, heard = ask(paid, "200"), len(bank.heard)
    assert (asked.state, PaymentRefund.objects.count(), figures(paid.wallet)[0]) == ("asked", 0, "500.00")
    sweep(at=NOON + DAY)
    assert len(bank.heard) == heard
    assert approve(asked, ASKER) == "access_denied"
    assert approve(asked, "") == "access_denied"
    assert (PaymentRefund.objects.count(), len(bank.heard)) == (0, heard)
    assert approve(asked) == "booked"
    refund = PaymentRefund.objects.get()
    assert (refund.state, refund.made_by, refund.public_id) == ("done", ASKER, asked.public_id)
    assert figures(paid.wallet) == ("300.00", "0.00", "0.00")
    assert approve(asked) == "already_decided"
    assert (PaymentRefund.objects.count(), ledger.check_books()) == (1, [])


@pytest.mark.django_db
def test_many_small_ones_of_a_day_are_a_large_one(paid: TopUp, bank: ScriptedBank) -> None:
    assert [ask(paid, "100").state for _ in range(2)] == ["booked", "asked"]
    assert ask(paid, "50", by="staff:3").state == "booked"  # 150 went back alone
    assert ask(paid, "50", by="staff:4").state == "asked"
    assert ask(paid, "100", at=NOON + DAY + timedelta(seconds=1)).state == "booked"


@pytest.mark.django_db
def test_it_counts_with_whatever_else_that_person_moved_alone(paid: TopUp, bank: ScriptedBank) -> None:
    adjustments.ask_adjustment(wallet=paid.wallet, amount=Decimal(150), reason="x", asked_by=ASKER, at=NOON)
    assert ask(paid, "50").state == "asked"


@pytest.mark.django_db
def test_what_is_refused_leaves_no_trace_in_money(paid: TopUp, bank: ScriptedBank) -> None:
    asked = ask(paid, "300")
    adjustments.refuse(adjustment=asked, decided_by=SECOND, at=NOON)
    assert approve(asked) == "already_decided"
    assert (PaymentRefund.objects.count(), figures(paid.wallet)[0]) == (0, "500.00")


@pytest.mark.django_db
def test_what_does_not_fit_any_more_is_not_approved(paid: TopUp, bank: ScriptedBank) -> None:
    first, other = ask(paid, "300"), ask(paid, "300")
    assert [approve(first), approve(other)] == ["booked", "refund_exceeds_payment"]
    other.refresh_from_db()
    assert (other.state, figures(paid.wallet)[0], ledger.check_books()) == ("asked", "200.00", [])


@pytest.mark.django_db
def test_an_approved_one_that_the_provider_does_not_hear_is_asked_for_again(
    paid: TopUp, bank: ScriptedBank, settings: Settings
) -> None:
    asked = ask(paid, "300")
    home, settings.SANDBOX_BANK_URL = settings.SANDBOX_BANK_URL, NOBODY
    assert approve(asked) == "booked"
    assert PaymentRefund.objects.get().state == "pending"
    settings.SANDBOX_BANK_URL = home
    sweep(at=NOON + DAY)
    assert PaymentRefund.objects.get().state == "done"


@pytest.mark.django_db
def test_the_same_key_is_asked_once(paid: TopUp, bank: ScriptedBank) -> None:
    key = uuid4()
    assert [ask(paid, "300", key=key).state for _ in range(2)] == ["asked", "asked"]
    approve(Adjustment.objects.get())
    assert (ask(paid, "300", key=key).state, PaymentRefund.objects.count()) == ("booked", 1)


@pytest.mark.django_db
def test_a_large_second_payment_waits_too(second: SecondPayment) -> None:
    wallet = second.top_up.wallet
    asked = ask_to_credit(second)
    assert (asked.state, figures(wallet)[0]) == ("asked", "500.00")
    with pytest.raises(Refusal) as refused:
        ask_to_credit(second, by="staff:3")
    assert refused.value.code == "already_credited"
    assert approve(asked, ASKER) == "access_denied"
    assert approve(asked) == "booked"
    assert (figures(wallet)[0], ledger.check_books()) == ("1000.00", [])
    made = Transfer.objects.get(reference=second.subject)
    asked.refresh_from_db()
    second.refresh_from_db()
    assert (asked.transfer, second.transfer, made.made_by, second.state) == (made, made, ASKER, "credited")


@pytest.mark.django_db
def test_a_small_second_payment_is_credited_at_once(second: SecondPayment) -> None:
    assert ask_to_credit(second, "199.99").state == "booked"
    assert figures(second.top_up.wallet)[0] == "699.99"


@pytest.mark.django_db
def test_a_second_payment_that_was_refused_may_be_asked_for_anew(second: SecondPayment) -> None:
    adjustments.refuse(adjustment=ask_to_credit(second), decided_by=SECOND, at=NOON)
    assert approve(ask_to_credit(second, by="staff:3")) == "booked"


@pytest.mark.django_db
def test_what_was_sent_back_meanwhile_is_not_credited(second: SecondPayment) -> None:
    asked = ask_to_credit(second)
    note_sent_back(payment=second, by="staff:3", at=NOON)
    assert (approve(asked), figures(second.top_up.wallet)[0]) == ("already_decided", "500.00")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_approve_at_once_one_does(paid: TopUp, bank: ScriptedBank) -> None:
    asked = ask(paid, "300")
    answers = at_once(*[partial(approve, asked, by=f"staff:{number}") for number in range(2, 8)])
    assert sorted(answers) == ["already_decided"] * 5 + ["booked"]
    assert (PaymentRefund.objects.get().state, figures(paid.wallet)[0]) == ("done", "200.00")
    assert len({body["key"] for _, path, body in bank.heard if path.endswith("/refunds")}) == 1


@pytest.mark.django_db(transaction=True)
def test_small_ones_of_one_moment_count_together(paid: TopUp, bank: ScriptedBank) -> None:
    states = [asked.state for asked in at_once(*[partial(ask, paid, "100", by=f"staff:{n}") for n in range(4)])]
    assert sorted(states) == ["asked"] * 3 + ["booked"]
