"""A demo whose two weeks begin in the month before: the fleet has a statement, and has paid it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing import ledger
from billing.models import Statement, Transfer
from charging import reconciling
from drivepower.portal.demo import funds, load, people

pytestmark = pytest.mark.django_db


def test_it_has_a_statement_that_is_paid_once() -> None:
    now = (timezone.now().replace(day=1) - timedelta(days=1)).replace(day=6)

    load.load(now=now, per_day=24)
    funds.pay_statement(at=now)

    statement = Statement.objects.get()
    assert statement.wallet.company is not None
    assert statement.wallet.company.name == people.FLEET
    assert statement.charged == -statement.closing > 0
    paid = Transfer.objects.get(target=statement.wallet)
    assert (paid.kind, paid.amount) == (Transfer.Kind.TOP_UP, statement.charged)
    assert ledger.check_books() == []
    assert reconciling.check(now) == []
