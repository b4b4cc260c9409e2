"""A second payment of one invoice: told of once, and credited or sent back by a person, once."""

import re
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.test import Client

from billing import ledger
from billing.models import SecondPayment, TopUp
from billing.payments.doubles import PAID_TWICE, credit_second, note_sent_back
from billing.payments.top_ups import check_top_up
from billing.tests.desk import browser
from billing.tests.making import NOON, balance_of_system, figures
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.threads import at_once
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

DAY = timedelta(days=1)


def look(top_up: TopUp, days: int = 1) -> None:
    check_top_up(top_up_id=top_up.pk, at=NOON + days * DAY)


@pytest.fixture
def second(paid: TopUp, bank: ScriptedBank) -> SecondPayment:
    """The invoice was paid once more."""
    bank.status |= {"again": ["T-2"]}
    look(paid)
    return SecondPayment.objects.get()


def acknowledged(client: Client, action: str) -> None:
    rows = Alert.objects.values_list("pk", flat=True)
    client.post("/admin/core/alert/", {"action": action, "_selected_action": list(rows)})


@pytest.mark.django_db
def test_it_is_told_of_once(paid: TopUp, second: SecondPayment, bank: ScriptedBank) -> None:
    assert (second.provider_transaction, second.amount, second.state) == ("T-2", 500, "open")
    client = browser("change_alert", "view_alert")
    acknowledged(client, "acknowledge")
    look(paid, 2)
    alert = Alert.objects.get(kind=PAID_TWICE)
    assert (alert.count, alert.acknowledged_at is None) == (1, False)
    bank.status["again"].append("T-3")
    look(paid, 3)
    alert.refresh_from_db()
    assert (alert.count, alert.acknowledged_by, "T-3" in alert.text) == (2, "", True)
    acknowledged(client, "resolve")
    look(paid, 4)
    assert not Alert.objects.open().exists()


@pytest.mark.django_db
def test_a_person_closes_only_what_the_house_cannot_see(second: SecondPayment) -> None:
    Alert.objects.create(kind="books_differ", subject="wallet:1", text="x", opened_at=NOON, last_at=NOON)
    acknowledged(browser("view_alert"), "resolve")
    assert Alert.objects.open().count() == 2
    acknowledged(browser("change_alert", "view_alert"), "resolve")
    assert Alert.objects.open().get().kind == "books_differ"
    assert Alert.objects.get(kind=PAID_TWICE).acknowledged_by.startswith("staff:")


@pytest.mark.django_db
def test_a_person_credits_it_in_the_portal(paid: TopUp, second: SecondPayment) -> None:
    client = browser("add_topup", "view_secondpayment")
    page = f"/admin/billing/secondpayment/{second.pk}/change/"
    [link] = set(re.findall(r'hx-get="([^"]*credit[^"]*)"', client.get(page).text))
    said = {"_form_submitted": "True", "amount": "500", "reason": "paid twice", "key": str(uuid4())}
    assert "HX-Redirect" in client.post(link, said)
    assert figures(paid.wallet) == ("1000.00", "0.00", "0.00")
    assert balance_of_system("clearing:sandbox") == -1000
    assert (Alert.objects.open().exists(), ledger.check_books()) == (False, [])
    assert client.post(link, {**said, "key": str(uuid4())}).status_code == 403
    reader = browser("view_secondpayment")
    assert reader.post(link, said).status_code == 403


@pytest.mark.django_db
def test_what_was_sent_back_is_not_credited(paid: TopUp, second: SecondPayment) -> None:
    client = browser("add_topup", "view_secondpayment")
    note = {"action": "note_sent_back", "_selected_action": [second.pk]}
    client.post("/admin/billing/secondpayment/", note)
    second.refresh_from_db()
    assert (second.state, Alert.objects.open().exists()) == ("sent_back", False)
    with pytest.raises(Refusal) as refused:
        credit_second(payment=second, amount=Decimal(500), by="staff:1", at=NOON)
    assert refused.value.code == "already_decided"
    with pytest.raises(Refusal):
        note_sent_back(payment=second, by="staff:1", at=NOON)
    assert figures(paid.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db(transaction=True)
def test_it_is_credited_once_when_two_do_it(paid: TopUp, second: SecondPayment) -> None:
    act = partial(credit_second, payment=second, amount=Decimal(500), by="staff:1", at=NOON)
    at_once(*[act] * 4)
    assert figures(paid.wallet) == ("1000.00", "0.00", "0.00")


@pytest.mark.django_db
def test_the_payment_that_was_credited_is_no_second_one(paid: TopUp, bank: ScriptedBank) -> None:
    bank.status |= {"transaction": "T-2", "again": ["T-1"]}  # the same two, told the other way round
    look(paid)
    assert list(SecondPayment.objects.values_list("provider_transaction", flat=True)) == []
