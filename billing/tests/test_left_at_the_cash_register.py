"""The page that closes a month tells of its receipts that no cash register has."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from billing import fiscal
from billing.closing.remainders import remainders_of
from billing.tests.making import NOON
from billing.tests.test_give_receipt import give

pytestmark = pytest.mark.django_db
MONTH, NEXT = date(NOON.year, NOON.month, 1), (date(NOON.year, NOON.month, 1) + timedelta(days=32)).replace(day=1)


def told(month: date = MONTH) -> list[tuple[str, str]]:
    return [(str(one.text), one.query) for one in remainders_of(month)]


def test_it_tells_of_receipts_that_are_not_registered(settings: Settings) -> None:
    settings.FISCAL_ADAPTER, settings.FISCAL_SANDBOX = "sandbox", "refuses"
    give("session:1")
    fiscal.send_due(at=NOON)
    give("session:2")
    give("session:3")
    assert told() == [
        ("Receipts that the cash register does not take: 1.", "?state__exact=failed"),
        ("Receipts that wait for the cash register: 2.", "?state__exact=waiting"),
    ]
    assert told(NEXT) == []


def test_it_is_silent_when_all_are_registered(settings: Settings) -> None:
    settings.FISCAL_ADAPTER = "sandbox"
    give("session:1")
    fiscal.send_due(at=NOON)
    assert told() == []
