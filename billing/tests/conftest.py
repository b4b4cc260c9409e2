"""What several tests of money need."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.world import bearer
from billing.models import TopUp
from billing.payments.top_ups import check_top_up, start_top_up
from billing.tests.making import NOON, person
from billing.tests.odengi_desk import PASSWORD, SID, OdengiDesk, open_desk
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
    client.credentials(HTTP_AUTHORIZATION=bearer(user)["Authorization"])
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
def desk(settings: Settings) -> Iterator[OdengiDesk]:
    """O!Dengi, where ours would be."""
    with open_desk() as desk:
        settings.ODENGI_URL, settings.ODENGI_SID, settings.ODENGI_PASSWORD = desk.address, SID, PASSWORD
        yield desk


@pytest.fixture
def by_odengi(desk: OdengiDesk, settings: Settings) -> None:
    """QR codes are made by O!Dengi."""
    settings.PAYMENT_PROVIDER = "odengi"


@pytest.fixture
def top_up(bank: ScriptedBank, driver: User) -> TopUp:
    """500.00 KGS, asked for at noon, unpaid as yet."""
    bank.says("open")
    return start_top_up(user=driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.QR, at=NOON)


@pytest.fixture
def paid(top_up: TopUp, bank: ScriptedBank) -> TopUp:
    """The same, paid and credited a minute later."""
    bank.says("paid")
    check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(minutes=1))
    top_up.refresh_from_db()
    return top_up


@pytest.fixture
def house(live_server: LiveServer, settings: Settings) -> Iterator[httpx.Client]:
    """The whole house on one port, as in the demo, with its bank."""
    settings.DEMO_MODE = True
    settings.PUBLIC_URL = live_server.url
    settings.SANDBOX_BANK_URL = f"{live_server.url}/sandbox/bank"
    with httpx.Client(base_url=live_server.url, timeout=30) as client:
        yield client
