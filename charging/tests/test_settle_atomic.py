"""A settlement that dies at any of its statements has done nothing, and the next try does all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from billing import ledger
from billing.models import Capture, Hold, Receipt, ReceiptCounter, Transfer, Wallet
from charging import settlement
from charging.models import Session, Settlement
from charging.tests.world import NOW, World, minutes

LATER = NOW + minutes(61)


class Killed(BaseException):
    """What a process that dies does to the code: nothing catches it."""


@contextmanager
def killed_at(number: int) -> Iterator[None]:
    """Die instead of sending the statement of that number, and send none after it."""
    sent = 0

    def send(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent >= number:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(send):
        yield


def everything() -> list[Any]:
    """All that a settlement writes."""
    tables = Capture, Transfer, Receipt, ReceiptCounter, Settlement, Hold, Wallet
    rows = [list(table._default_manager.order_by("pk").values()) for table in tables]
    return [*rows, list(Session.objects.values("state", "findings", "receipt"))]


def dies(session: Session, number: int) -> bool:
    """Whether a settlement that is killed at that statement does not come to its end."""
    try:
        with killed_at(number):
            settlement.settle(session_id=session.pk, at=LATER)
    except Killed:
        return True
    return False


def test_it_is_settled_whole_or_not_at_all(shared_world: World) -> None:
    driver = shared_world.driver("1000.00")
    session = shared_world.charging(driver)
    shared_world.end(session, 26_500, at=NOW + minutes(60))
    before, number = everything(), 1
    while dies(session, number):
        assert everything() == before, f"killed at statement {number}"
        number += 1
    assert number > 10
    wallet = shared_world.wallet(driver)
    assert (wallet.balance, wallet.held) == (Decimal("617.50"), Decimal(0))
    assert Receipt.objects.get().number == 1
    assert ledger.check_books() == []


def make_accounts() -> None:
    """Something that is not one transaction."""
    for number in range(100):
        Wallet.objects.create(system="revenue", currency=f"X{number:02}")


@pytest.mark.parametrize("number", [1, 5])
def test_it_would_notice_what_is_left_behind(shared_world: World, number: int) -> None:
    before = everything()
    with pytest.raises(Killed), killed_at(number):
        make_accounts()
    assert (everything() == before) == (number == 1)
