from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from pytest_django import Settings

from accounts.models import User
from billing import ledger
from billing.models import TopUp, Transfer
from billing.payments.top_ups import open_top_up, start_top_up
from billing.tests.making import NOON
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

State = TopUp.State


def start(driver: User, amount: str = "500") -> TopUp:
    return start_top_up(user=driver, amount=Decimal(amount), currency="KGS", method=TopUp.Method.QR, at=NOON)


@pytest.mark.django_db
def test_it_opens_an_invoice_at_the_bank(driver: User, bank: ScriptedBank) -> None:
    top_up = start(driver, "99.50")
    ((method, path, wanted),) = bank.heard
    assert (method, path) == ("POST", "/invoices")
    assert wanted.items() >= {"order": str(top_up.public_id), "amount": "99.50", "currency": "KGS"}.items()
    assert wanted["about"] == "Top-up of your charging wallet"
    assert (top_up.state, top_up.provider, top_up.amount) == (State.PROCESSING, "sandbox", Decimal("99.50"))
    assert (top_up.provider_invoice, top_up.qr_code) == ("bank-1", "http://bank.example/bank-1")
    assert (top_up.made_at, top_up.expires_at) == (NOON, NOON + timedelta(minutes=5))
    assert not Transfer.objects.exists()


@pytest.mark.django_db
def test_it_cancels_the_open_one_of_the_same_wallet(driver: User, stranger: User, bank: ScriptedBank) -> None:
    first = start(driver)
    bank.invoice = {"invoice": "bank-2", "page": "http://bank.example/bank-2"}
    theirs = start(stranger)
    bank.invoice = {"invoice": "bank-3", "page": "http://bank.example/bank-3"}
    second = start(driver)
    states = dict(TopUp.objects.values_list("pk", "state"))
    assert states == {first.pk: State.CANCELED, theirs.pk: State.PROCESSING, second.pk: State.PROCESSING}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "invoice"), [(500, {}), (404, {}), (200, b"<html>"), (200, []), (200, {"page": "http://bank.example"})]
)
def test_it_fails_when_the_bank_makes_no_invoice(driver: User, bank: ScriptedBank, code: int, invoice: object) -> None:
    bank.code, bank.invoice = code, invoice
    with pytest.raises(Refusal) as refused:
        start(driver)
    assert refused.value.code == "payment_provider_error"
    assert TopUp.objects.get().state == State.FAILED


@pytest.mark.django_db
def test_it_fails_when_nobody_answers(driver: User, settings: Settings) -> None:
    settings.SANDBOX_BANK_URL = "http://127.0.0.1:9"
    with pytest.raises(Refusal) as refused:
        start(driver)
    assert refused.value.code == "payment_provider_error"


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_open_top_up_per_wallet_in_the_table(driver: User) -> None:
    wallet = ledger.wallet_of(user=driver, currency="KGS")
    answers = at_once(*[partial(open_top_up, wallet=wallet, amount=Decimal(5), at=NOON) for _ in range(8)])
    opened = [answer for answer in answers if isinstance(answer, TopUp)]
    assert opened
    assert {answer for answer in answers if isinstance(answer, str)} <= {"pending_payment_exists"}
    assert TopUp.objects.filter(state=State.PROCESSING).count() == 1
    assert TopUp.objects.count() == len(opened)
