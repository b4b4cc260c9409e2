"""`kill -9` of workers among the bills that they settle: each charge is settled once, and nothing stays held."""

import random
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import timezone

from billing.models import Hold, Wallet
from charging import settlement
from charging.models import Session
from charging.tests import world
from drivepower.tests.house import database_url
from ocpp_consumer.tests.faults.bills import Bills
from ocpp_consumer.tests.faults.settling import AT_ONCE, Settling
from ocpp_consumer.tests.faults.workers import Worker

KILLS = 3


def test_it_settles_each_charge_once(transactional_db: None, log: Path) -> None:
    bills = Bills(world.build(), random.Random(5))
    hire = partial(Worker, log=log, database_url=database_url(), redis_url=configured.REDIS_URL)
    assert Settling(bills, hire, seed=5).run(KILLS) == [], log.read_text()
    assert len(bills.due) == KILLS * AT_ONCE


@pytest.mark.django_db
def test_it_would_notice_bills_that_are_not_in_order() -> None:
    bills = Bills(world.build(), random.Random(6))
    bills.end_some(2)
    first, second = sorted(bills.due)
    settlement.settle(session_id=first, at=timezone.now())
    assert "of 2 sessions: {'ended': 1, 'settled': 1}" in bills.complaints()
    assert "money is still held" in bills.complaints()
    settlement.settle(session_id=second, at=timezone.now())
    assert bills.complaints() == []
    driver = Session.objects.get(pk=first).driver
    Wallet.objects.filter(user=driver).update(balance=Decimal(1))
    assert len(bills.complaints()) == 2  # what it holds, and what its transfers say
    Hold.objects.filter(subject=f"session:{second}").update(state=Hold.State.ACTIVE, ended_at=None)
    assert "money is still held" in bills.complaints()
    bills.due[second] += 1
    assert "the receipts are not one for each session with what it cost" in bills.complaints()
