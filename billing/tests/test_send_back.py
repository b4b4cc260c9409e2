from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from pytest_django import Settings

from billing import ledger
from billing.models import PaymentRefund, TopUp, Transfer
from billing.payments.protocol import ProviderRefuses
from billing.payments.refunds import REFUND_REFUSED, book
from billing.payments.sandbox import Sandbox
from billing.tests.making import NOON, balance_of_system, figures
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.sending import send_back
from billing.tests.threads import at_once
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

State = PaymentRefund.State
LATER = NOON + timedelta(hours=2)


def send(top_up: TopUp, amount: str, reason: str = "asked for") -> PaymentRefund:
    refund = send_back(top_up=top_up, amount=Decimal(amount), reason=reason, made_by="staff:1", at=LATER)
    top_up.refresh_from_db()
    return refund


def refusal(top_up: TopUp, amount: str, reason: str = "asked for") -> str:
    with pytest.raises(Refusal) as refused:
        send(top_up, amount, reason)
    return refused.value.code


@pytest.mark.django_db
def test_it_sends_a_part_back(paid: TopUp, bank: ScriptedBank) -> None:
    refund = send(paid, "120.50")
    assert (refund.state, refund.provider_refund, refund.ended_at) == (State.DONE, "RF-1", LATER)
    assert bank.heard[-1] == (
        "POST",
        "/invoices/bank-1/refunds",
        {"amount": "120.50", "key": str(refund.public_id)},
    )
    assert figures(paid.wallet) == ("379.50", "0.00", "0.00")
    assert (paid.state, paid.reversed_amount) == (TopUp.State.APPROVED, Decimal("120.50"))
    assert balance_of_system("clearing:sandbox") == Decimal("-379.50")
    made = refund.transfer
    assert (made.kind, made.reverses, made.made_by, made.reason) == (
        Transfer.Kind.REVERSAL,
        paid.transfer,
        "staff:1",
        "asked for",
    )


@pytest.mark.django_db
def test_it_sends_all_of_it_back_in_parts_and_no_more(paid: TopUp, bank: ScriptedBank) -> None:
    send(paid, "200")
    assert refusal(paid, "300.01") == "refund_exceeds_payment"
    send(paid, "300")
    assert (paid.state, paid.reversed_amount) == (TopUp.State.REVERSED, 500)
    assert refusal(paid, "1") == "not_refundable"
    assert figures(paid.wallet) == ("0.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_sends_only_money_that_is_free(paid: TopUp, bank: ScriptedBank) -> None:
    ledger.hold(wallet=paid.wallet, amount=Decimal(300), subject="session:1", number=1, expires_at=None, at=NOON)
    assert refusal(paid, "200.01") == "insufficient_balance"
    send(paid, "200")
    assert figures(paid.wallet) == ("300.00", "300.00", "0.00")


@pytest.mark.django_db
def test_credit_is_not_money(paid: TopUp, bank: ScriptedBank) -> None:
    ledger.set_credit_limit(wallet=paid.wallet, limit=Decimal(1000), at=NOON)
    ledger.capture(wallet=paid.wallet, subject="session:1", revision=1, net=Decimal(600), tax=Decimal(0), at=NOON)
    assert refusal(paid, "1") == "insufficient_balance"


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "NaN", "Infinity"])
def test_it_refuses_what_is_no_amount(paid: TopUp, amount: str) -> None:
    assert refusal(paid, amount) == "invalid_parameters"
    assert refusal(paid, "5", reason="") == "invalid_parameters"
    assert not PaymentRefund.objects.exists()


@pytest.mark.django_db
def test_it_sends_nothing_back_that_never_came(top_up: TopUp) -> None:
    assert refusal(top_up, "5") == "not_refundable"


@pytest.mark.django_db
def test_what_the_provider_refuses_goes_back_into_the_wallet(paid: TopUp, bank: ScriptedBank) -> None:
    bank.code, bank.refund = 409, {"error": "more than is left"}
    refund = send(paid, "500")
    assert (refund.state, refund.ended_at) == (State.REFUSED, LATER)
    assert figures(paid.wallet) == ("500.00", "0.00", "0.00")
    assert (paid.state, paid.reversed_amount) == (TopUp.State.APPROVED, 0)
    assert balance_of_system("clearing:sandbox") == -500
    assert "more than is left" in Alert.objects.get(kind=REFUND_REFUSED).text
    bank.code, bank.refund = 200, {"refund": "RF-2"}
    assert send(paid, "500").state == State.DONE
    assert figures(paid.wallet) == ("0.00", "0.00", "0.00")
    assert ledger.check_books() == []


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [{}, [], b"<html>", {"refund": 7}, {"refund": ""}])
def test_it_waits_while_the_answer_is_of_no_use(paid: TopUp, bank: ScriptedBank, answer: object) -> None:
    bank.refund = answer
    assert send(paid, "100").state == State.PENDING
    assert (paid.reversed_amount, figures(paid.wallet)) == (100, ("400.00", "0.00", "0.00"))


@pytest.mark.django_db
def test_it_waits_while_the_provider_is_away(paid: TopUp, settings: Settings) -> None:
    settings.SANDBOX_BANK_URL = NOBODY
    refund = send(paid, "100")
    assert (refund.state, refund.asked_at, refund.ended_at) == (State.PENDING, LATER, None)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_send_no_more_than_was_paid(paid: TopUp, bank: ScriptedBank) -> None:
    one = partial(send_back, top_up=paid, amount=Decimal(200), reason="asked for", made_by="staff:1", at=LATER)
    answers = at_once(*[one] * 6)
    assert sorted(str(answer) for answer in answers if isinstance(answer, str)) == ["refund_exceeds_payment"] * 4
    assert PaymentRefund.objects.filter(state=State.DONE).count() == 2
    assert figures(paid.wallet) == ("100.00", "0.00", "0.00")
    assert len({body["key"] for _, path, body in bank.heard if path.endswith("/refunds")}) == 2


@pytest.mark.django_db
def test_it_is_booked_before_the_provider_is_asked(paid: TopUp, bank: ScriptedBank) -> None:
    asked = len(bank.heard)
    refund = book(top_up=paid, amount=Decimal(100), reason="asked for", made_by="staff:1", at=LATER, key=uuid4())
    assert (refund.state, len(bank.heard)) == (State.PENDING, asked)
    assert figures(paid.wallet) == ("400.00", "0.00", "0.00")


def test_the_sandbox_says_why_it_refuses(bank: ScriptedBank) -> None:
    bank.code, bank.refund = 409, {"error": "no money"}
    with pytest.raises(ProviderRefuses, match="no money"):
        Sandbox().refund(invoice="bank-1", amount=Decimal(1), currency="KGS", key="k")
