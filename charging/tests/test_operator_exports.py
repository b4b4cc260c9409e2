"""Files of money sum up to the ledger, and hold what the lists hold."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.world import bearer, chinara
from billing.models import Receipt, Transfer, Wallet
from charging import reviewing
from charging.models import Session
from charging.tests.settling import STAFF, ended, settle
from charging.tests.world import World, per_kwh


@pytest.fixture
def evening(world: World) -> World:
    """Seven charges with tax at an odd price: one corrected, one waived, one not settled, one that its driver owes."""
    world.price(per_kwh("15.37"), tax_percent=Decimal(12))
    sessions = [ended(world, world.driver("400.00", name="-2+3"), 1_111 * number) for number in range(1, 8)]
    for session in sessions[:-1]:
        settle(session)
    at = timezone.now()
    reviewing.correct(session_id=sessions[0].pk, reason="=x", by=STAFF, at=at, energy_wh=777)
    reviewing.waive(session_id=sessions[1].pk, reason="x", by=STAFF, at=at)
    return world


def somebody() -> User:
    """Staff who may see everything."""
    return User.objects.filter(is_superuser=True).first() or chinara()


def read(name: str, **query: Any) -> list[dict[str, str]]:
    """The rows of a file."""
    answer = APIClient().get(f"/api/v1/operator/exports/{name}", query, headers=bearer(somebody()))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    """The sum of a column of numbers; empty cells are none."""
    return sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0))


def test_receipts_sum_up_to_revenue_and_tax(evening: World) -> None:
    rows = read("receipts")

    system = {role: Wallet.objects.get(system=role, currency="KGS") for role in ("revenue", "tax")}
    moved = {role: came_to(wallet) for role, wallet in system.items()}
    assert len(rows) == Receipt.objects.count() == 8
    assert total(rows, "gross") == moved["revenue"] + moved["tax"]
    assert total(rows, "tax") == moved["tax"]
    assert {row["gross"].startswith("'") for row in rows} == {False}


def came_to(wallet: Wallet) -> Decimal:
    """What came in less what went out."""
    ins = wallet.transfers_in.aggregate(all=Sum("amount", default=Decimal(0)))["all"]
    outs = wallet.transfers_out.aggregate(all=Sum("amount", default=Decimal(0)))["all"]
    difference: Decimal = ins - outs
    return difference


def test_sessions_cost_what_their_receipts_come_to(evening: World) -> None:
    rows, receipts = read("sessions"), read("receipts")

    assert len(rows) == Session.objects.count() == 7
    assert total(rows, "cost") == total(receipts, "gross")
    assert total(rows, "energy_kwh") == Decimal(Session.objects.aggregate(all=Sum("billed_energy_wh"))["all"]) / 1000
    assert {row["driver"] for row in rows} == {"'-2+3"}


def test_transfers_balance_every_wallet(evening: World) -> None:
    rows = read("transfers")

    assert len(rows) == Transfer.objects.count()
    driver = Wallet.objects.exclude(user=None).earliest("pk")
    balances = {row["target"]: Decimal(0) for row in rows}
    for row in rows:
        balances[row["source"]] = balances.get(row["source"], Decimal(0)) - Decimal(row["amount"])
        balances[row["target"]] = balances.get(row["target"], Decimal(0)) + Decimal(row["amount"])
    drivers = Wallet.objects.exclude(user=None).aggregate(all=Sum("balance"))["all"]
    assert driver.currency == "KGS"
    assert balances["'-2+3"] == drivers
    assert sum(balances.values()) == 0


@pytest.mark.parametrize("state", ["settled", "waived", "ended"])
def test_a_file_holds_what_the_list_holds(evening: World, state: str) -> None:
    listed = APIClient().get("/api/v1/operator/sessions", {"state": state}, headers=bearer(somebody())).json()["data"]

    rows = read("sessions", state=state)

    assert [row["id"] for row in rows] == [row["id"] for row in listed] != []


def test_no_cell_is_a_formula(evening: World) -> None:
    for name in ("sessions", "receipts", "transfers", "id-tags"):
        answer = APIClient().get(f"/api/v1/operator/exports/{name}", headers=bearer(somebody()))
        cells = [cell for row in csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))) for cell in row]
        odd = [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\x00", "＝"))]
        assert all(is_number(cell) for cell in odd), name


def is_number(cell: str) -> bool:
    try:
        Decimal(cell)
    except ArithmeticError:
        return False
    return True
