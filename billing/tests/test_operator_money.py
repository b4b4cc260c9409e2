"""What staff see and ask for of money through the operator API: the verbs of the admin's pages by another door."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from accounts.tests.test_operator_people import Desk
from accounts.tests.world import aida, bakyt, chinara
from billing import ledger
from billing.models import Adjustment, Transfer
from billing.tests.making import NOON, give, wallet_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk(chinara())


@pytest.fixture
def second() -> Desk:
    return Desk(User.objects.create_superuser(email="second@example.com", name="Second"))


def charge(desk: Desk) -> Transfer:
    """100.00 of 250.00 were charged to Aida."""
    wallet = wallet_with("250.00", user=aida())
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(100), tax=Decimal(0), at=NOON)
    return Transfer.objects.get(kind=Transfer.Kind.CAPTURE)


def test_it_shows_wallets_as_text(desk: Desk) -> None:
    wallet = wallet_with("250.00", user=aida())

    _, body = desk.get("wallets", driver=str(wallet.user.public_id))  # type: ignore[union-attr]  # Aida's

    [shown] = body["data"]
    assert shown["owner"]["name"] == "Aida"
    assert (shown["balance"], shown["available"], shown["held"], shown["currency"]) == (
        "250.00",
        "250.00",
        "0.00",
        "KGS",
    )


def test_it_sums_up_the_houses_own_accounts_one_at_a_time(desk: Desk) -> None:
    wallet_with("250.00", user=aida())

    [shown] = desk.get("wallets", system="clearing:sandbox")[1]["data"]

    assert (shown["owner"], shown["balance"]) == ({"kind": "system", "id": None, "name": "clearing:sandbox"}, None)
    assert desk.get(f"wallets/{shown['id']}")[1]["wallet"]["balance"] == "-250.00"


def test_it_books_a_small_adjustment_at_once_and_only_once(desk: Desk) -> None:
    wallet = wallet_with("250.00", user=aida())
    desk.client.defaults["HTTP_IDEMPOTENCY_KEY"] = "one"

    for _again in range(2):
        status, body = desk.post(f"wallets/{wallet.public_id}/adjust", amount="-20.50", reason="The cable hung.")
        assert (status, body["adjustment"]["state"], body["adjustment"]["amount"]) == (201, "booked", "-20.50")

    wallet.refresh_from_db()
    assert wallet.balance == Decimal("229.50")
    assert Adjustment.objects.get().asked_by.startswith("staff:")


def test_it_lets_a_large_one_wait_for_a_second_person(desk: Desk, second: Desk) -> None:
    wallet = wallet_with("250.00", user=aida())

    _, asked = desk.post(f"wallets/{wallet.public_id}/adjust", amount="90000", reason="A gift.")
    key = asked["adjustment"]["id"]

    assert asked["adjustment"]["state"] == "asked"
    assert desk.post(f"adjustments/{key}/approve")[1]["error"] == "access_denied"
    assert [row["id"] for row in second.get("adjustments", state="asked")[1]["data"]] == [key]
    status, approved = second.post(f"adjustments/{key}/approve")
    assert (status, approved["adjustment"]["state"]) == (200, "booked")
    assert second.post(f"adjustments/{key}/refuse")[1]["error"] == "already_decided"
    wallet.refresh_from_db()
    assert wallet.balance == Decimal("90250.00")


def test_it_gives_back_no_more_than_was_charged(desk: Desk) -> None:
    transfer = charge(desk)

    status, body = desk.post(f"transfers/{transfer.public_id}/refund", amount="40.00", reason="Half of it.")
    too_much = desk.post(f"transfers/{transfer.public_id}/refund", amount="60.01", reason="More.")

    assert (status, body["adjustment"]["kind"], body["adjustment"]["state"]) == (201, "refund", "booked")
    assert too_much[1]["error"] == "refund_exceeds_charge"
    [refund] = desk.get("transfers", kind="refund")[1]["data"]
    assert (refund["amount"], refund["target"]["name"], refund["reason"]) == ("40.00", "Aida", "Half of it.")


@pytest.mark.parametrize("amount", ["1e3", "1,5", "", "0.0001", 0.1, True, "-5"], ids=str)
def test_it_refuses_what_is_no_amount(desk: Desk, amount: Any) -> None:
    transfer = charge(desk)

    status, body = desk.post(f"transfers/{transfer.public_id}/refund", amount=amount, reason="x")

    assert (status, body["error"]) == (400, "invalid_parameters")


def test_it_enters_a_bank_transfer_once_on_a_companys_wallet(desk: Desk) -> None:
    fleet = ledger.wallet_of(company=Company.objects.create(name="Fleet"), currency="KGS")
    drivers = wallet_with("1.00", user=aida())
    said = {"amount": "500.00", "bank_reference": "B-1"}

    assert desk.post(f"wallets/{fleet.public_id}/bank-transfer", **said)[1]["adjustment"]["state"] == "booked"
    assert desk.post(f"wallets/{fleet.public_id}/bank-transfer", **said)[1]["error"] == "already_credited"
    assert desk.post(f"wallets/{drivers.public_id}/bank-transfer", **said)[0] == 404
    _, limit = desk.post(f"wallets/{fleet.public_id}/credit-limit", amount="50.00", reason="Trusted.")
    assert (limit["adjustment"]["kind"], limit["adjustment"]["amount"]) == ("credit_limit", "50.00")
    fleet.refresh_from_db()
    assert (fleet.balance, fleet.credit_limit) == (500, 50)


def test_it_narrows_transfers_by_time_and_owner(desk: Desk) -> None:
    wallet = wallet_with("1.00", user=aida())
    give(wallet, "2.00", at=NOON.replace(year=2027))

    since = desk.get("transfers", since="2027-01-01T00:00:00Z", driver=str(wallet.user.public_id))  # type: ignore[union-attr]  # Aida's
    until = desk.get("transfers", until="2027-01-01T00:00:00Z")

    assert [row["amount"] for row in since[1]["data"]] == ["2.00"]
    assert [row["amount"] for row in until[1]["data"]] == ["1.00"]
    assert desk.get("transfers", company="00000000-0000-4000-8000-000000000000")[1]["data"] == []


def test_it_does_not_tell_a_company_what_staff_wrote_for_each_other(desk: Desk) -> None:
    company = Company.objects.create(name="Fleet")
    wallet = ledger.wallet_of(company=company, currency="KGS")
    desk.post(f"wallets/{wallet.public_id}/adjust", amount="20.00", reason="They shouted at us.")
    host = Desk(User.objects.create_superuser(email="fleet@example.com", company=company))

    [shown] = host.get("transfers")[1]["data"]
    file = host.client.get("/api/v1/operator/exports/transfers").getvalue().decode()

    assert (shown["amount"], shown["reason"], shown["made_by"]) == ("20.00", None, None)
    assert "20.000" in file
    assert "shouted" not in file
    assert "They shouted at us." in str(desk.get("transfers")[1])


def test_it_finds_the_transfers_of_an_owner_by_their_wallets(desk: Desk) -> None:
    """A condition on both ends through joins would look at every transfer of the house."""
    wallet = wallet_with("1.00", user=aida())
    wallet_with("2.00", user=bakyt())

    with CaptureQueriesContext(connection) as queries:
        body = desk.get("transfers", driver=str(wallet.user.public_id), currency="KGS")[1]  # type: ignore[union-attr]  # Aida's

    [asked] = [query["sql"] for query in queries if 'FROM "billing_transfer"' in query["sql"]]
    condition = asked.partition(" WHERE ")[2]
    assert [row["amount"] for row in body["data"]] == ["1.00"]
    assert f'"source_id" IN ({wallet.pk})' in condition
    assert "public_id" not in condition
    assert desk.get("transfers", driver=str(wallet.user.public_id), currency="USD")[1]["data"] == []  # type: ignore[union-attr]
    assert len(desk.get("transfers", currency="KGS")[1]["data"]) == 2
