"""What several tests of money need."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.authentication import tokens_of
from accounts.models import User
from billing.models import TopUp
from billing.payments.top_ups import start_top_up
from billing.tests.making import NOON, person
from billing.tests.scripted_bank import ScriptedBank


@pytest.fixture
def driver() -> User:
    """Somebody who charges."""
    return person("Aida")


@pytest.fixture
def stranger() -> User:
    """Somebody else who charges."""
    return person("Bakyt")


def client_of(user: User) -> APIClient:
    """An API client with that person's token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(user)[0]}")
    return client


@pytest.fixture
def client(driver: User) -> APIClient:
    """The driver's phone."""
    return client_of(driver)


@pytest.fixture
def strange_client(stranger: User) -> APIClient:
    """The stranger's phone."""
    return client_of(stranger)


@pytest.fixture
def bank(settings: Settings) -> Iterator[ScriptedBank]:
    """A bank that does as it is told, where ours would be."""
    bank = ScriptedBank()
    server = bank.start()
    settings.SANDBOX_BANK_URL = bank.address
    yield bank
    server.shutdown()
    server.server_close()


@pytest.fixture
def top_up(bank: ScriptedBank, driver: User) -> TopUp:
    """500.00 KGS, asked for at noon, unpaid as yet."""
    bank.says("open")
    return start_top_up(user=driver, amount=Decimal(500), currency="KGS", at=NOON)
