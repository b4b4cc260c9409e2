"""The whole house on one port, as in the demo, with its bank."""

from typing import Any

import httpx

from accounts.models import User
from accounts.tests.world import bearer


def as_driver(driver: User) -> dict[str, str]:
    """The headers of a driver's phone."""
    return bearer(driver)


def make(house: httpx.Client, amount: str = "500.00") -> dict[str, Any]:
    """An invoice at the bank, of some shop."""
    answer = house.post("/sandbox/bank/invoices", json={"order": "o-1", "amount": amount, "currency": "KGS"})
    assert answer.status_code == 201
    return dict(answer.json())


def press(house: httpx.Client, page: str, button: str) -> int:
    """A button of the bank's page; answers the status."""
    return house.post(f"{page}/{button}").status_code
