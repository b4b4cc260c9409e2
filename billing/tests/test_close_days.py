from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError, transaction

from billing import ledger
from billing.closing import close_days
from billing.models import DayClose, Transfer
from billing.tasks import count_days
from billing.tests.making import give, wallet_with
from billing.tests.months import TENTH, charge, correct
from billing.tests.test_make_statements import fleet
from billing.tests.threads import at_once
from drivepower.core.models import SweepRun

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# Midnight in Bishkek before TENTH, which is noon there.
MIDNIGHT = TENTH - timedelta(hours=12)


def test_it_counts_a_day_by_account_and_kind() -> None:
    wallet = wallet_with("0")
    give(wallet, "500", at=TENTH)
    charge(wallet, 10_000, "session:1", TENTH)  # 150.00, of it 16.07 tax
    charge(fleet(), 20_000, "session:2", TENTH)
    assert close_days(at=MIDNIGHT + DAY) == 1
    close = DayClose.objects.get()
    assert (close.day, close.currency, close.differences) == (date(2026, 3, 10), "KGS", [])
    assert close.totals["accounts"] == {
        "clearing:sandbox": {"top_up": "-500.00"},
        "companies": {"capture": "-300.00"},
        "people": {"capture": "-150.00", "top_up": "500.00"},
        "revenue": {"capture": "450.00", "tax": "-48.21"},
        "tax": {"tax": "48.21"},
    }
    assert close.totals["receipts"] == {"receipts": 2, "net": "401.79", "tax": "48.21", "gross": "450.00"}
    assert (close.totals["transfers"], close.amount) == (5, Decimal("998.21"))
    assert close.last_transfer == max(Transfer.objects.values_list("pk", flat=True))


def test_it_cuts_days_on_the_sellers_clock_and_counts_each_once() -> None:
    wallet = wallet_with("0")
    give(wallet, "1", at=MIDNIGHT - timedelta(microseconds=1))
    give(wallet, "2", at=MIDNIGHT)
    give(wallet, "4", at=MIDNIGHT + 3 * DAY)
    assert close_days(at=MIDNIGHT + 3 * DAY - timedelta(microseconds=1)) == 3
    assert close_days(at=MIDNIGHT + 4 * DAY) == 2
    assert close_days(at=MIDNIGHT + 4 * DAY) == 0
    counted = DayClose.objects.order_by("day").values_list("day__day", "totals__amount")
    assert list(counted) == [(9, "1.00"), (10, "2.00"), (11, "0.00"), (12, "0.00"), (13, "4.00")]


def test_it_counts_nothing_where_nothing_has_moved() -> None:
    assert close_days(at=TENTH) == 0


def test_it_counts_currencies_apart() -> None:
    give(wallet_with("0"), "500", at=TENTH)
    give(wallet_with("0", currency="JPY"), "7", at=TENTH)
    close_days(at=MIDNIGHT + DAY)
    assert [(one.currency, one.totals["amount"]) for one in DayClose.objects.all()] == [("JPY", "7"), ("KGS", "500.00")]


def test_it_tells_what_does_not_add_up() -> None:
    wallet = wallet_with("0")
    give(wallet, "500", at=TENTH)
    wallet.__class__.objects.filter(pk=wallet.pk).update(balance=501)
    close_days(at=MIDNIGHT + 3 * DAY)
    closes = list(DayClose.objects.order_by("day"))
    assert [len(one.differences) for one in closes] == [0, 0, 1]
    assert closes[-1].differences == [
        {"subject": f"wallet:{wallet.public_id}", "figure": "balance", "kept": "501.00", "counted": "500.00"}
    ]


def test_the_task_says_how_many() -> None:
    give(wallet_with("0"), "500", at=TENTH)
    with time_machine.travel(TENTH + 2 * DAY, tick=False):
        count_days()
        count_days()
    assert [run.did for run in SweepRun.objects.filter(name="billing.close_days")] == [{"closed": 2}]


def test_it_never_changes_one() -> None:
    give(wallet_with("0"), "500", at=TENTH)
    close_days(at=TENTH + DAY)
    for wrong in (partial(DayClose.objects.update, totals={}), DayClose.objects.all().delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            wrong()


def test_all_accounts_of_a_day_sum_to_nothing() -> None:
    wallet = fleet("300")
    charge(wallet, 40_000, "session:1", TENTH)  # on credit, and owed
    correct(wallet, 10_000, "session:1", TENTH)
    ledger.adjust(wallet=wallet, amount=Decimal(5), reference="a", made_by="staff:1", reason="r", at=TENTH)
    close_days(at=TENTH + DAY)
    accounts = DayClose.objects.get(day=TENTH.date()).totals["accounts"]
    assert sum(Decimal(change) for kinds in accounts.values() for change in kinds.values()) == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_count_each_day_once() -> None:
    give(wallet_with("0"), "500", at=TENTH)
    at_once(*[partial(close_days, at=TENTH + 3 * DAY)] * 3)
    assert DayClose.objects.count() == 3
