import pytest
import time_machine

from billing.models import Statement
from billing.tasks import make_monthly_statements
from billing.tests.test_make_statements import APRIL_BEGINS, TENTH, charge, fleet
from drivepower.core.models import SweepRun

pytestmark = pytest.mark.django_db


def test_it_makes_last_months_statements_once_and_says_so() -> None:
    charge(fleet(), 10_000, "session:1", TENTH)
    with time_machine.travel(APRIL_BEGINS, tick=False):
        make_monthly_statements()
        make_monthly_statements()
    assert Statement.objects.count() == 1
    assert [run.did for run in SweepRun.objects.filter(name="billing.make_statements")] == [{"made": 1, "invoiced": 1}]
