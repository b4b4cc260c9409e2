"""What staff ask for with an Idempotency-Key moves money once, whatever dies after it was booked."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.world import chinara, tokens_of
from billing import ledger
from billing.models import Adjustment, PaymentRefund, TopUp, Transfer
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import ScriptedBank

pytestmark = pytest.mark.django_db(transaction=True)
FAIL = """
CREATE FUNCTION no_answer_is_kept() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
CREATE TRIGGER no_answer_is_kept BEFORE UPDATE ON core_idempotencykey
FOR EACH ROW WHEN (NEW.status IS NOT NULL) EXECUTE FUNCTION no_answer_is_kept();
"""
MEND = "DROP FUNCTION no_answer_is_kept CASCADE"


@contextmanager
def no_answer_kept() -> Iterator[None]:
    """The database fails once the answer is to be kept."""
    with connection.cursor() as cursor:
        cursor.execute(FAIL)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(MEND)


def desk_of(person: User) -> APIClient:
    desk = APIClient(raise_request_exception=False)
    desk.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(person).access}")
    return desk


def test_a_payment_goes_back_once(paid: TopUp, bank: ScriptedBank, settings: Settings) -> None:
    settings.APPROVAL_FROM = 1000
    desk, address = desk_of(chinara()), f"/api/v1/operator/top-ups/{paid.public_id}/send-back"
    said = {"amount": "100.00", "reason": "They moved away."}
    with no_answer_kept():
        assert desk.post(address, said, format="json", HTTP_IDEMPOTENCY_KEY="k-1").status_code == 500
    assert PaymentRefund.objects.count() == 1

    again = desk.post(address, said, format="json", HTTP_IDEMPOTENCY_KEY="k-1")

    assert (again.status_code, again.json()["adjustment"]["state"]) == (201, "booked")
    assert (PaymentRefund.objects.count(), Adjustment.objects.count()) == (1, 1)
    assert sum(path.endswith("/refunds") for _, path, _ in bank.heard) == 1
    assert figures(paid.wallet)[0] == "400.00"
    other = desk.post(address, said, format="json", HTTP_IDEMPOTENCY_KEY="k-2")
    assert (other.status_code, PaymentRefund.objects.count()) == (201, 2)
    assert desk.post(address, said, format="json").status_code == 201
    assert PaymentRefund.objects.count() == 3


def test_a_key_names_what_one_person_asked_for_on_one_route(paid: TopUp) -> None:
    ledger.capture(wallet=paid.wallet, subject="session:1", revision=0, net=Decimal(100), tax=Decimal(0), at=NOON)
    charge = Transfer.objects.get(kind=Transfer.Kind.CAPTURE)
    second = User.objects.create_superuser(email="second@example.com")
    said = {"amount": "10.00", "reason": "The cable hung."}
    for desk in (desk_of(chinara()), desk_of(second)):
        answer = desk.post(
            f"/api/v1/operator/transfers/{charge.public_id}/refund", said, format="json", HTTP_IDEMPOTENCY_KEY="k-1"
        )
        assert answer.status_code == 201
    assert Adjustment.objects.filter(refunds=charge).count() == 2
