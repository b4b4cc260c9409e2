"""The month, played once for all tests of this package and taken back after the last of them."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from drivepower.portal.tests.making import superuser
from drivepower.tests.month.days import APRIL_CLOSES, clock
from drivepower.tests.month.play import Played, look_at_tables, play
from drivepower.tests.month.provider import open_provider


@pytest.fixture(scope="package")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """March and April, closed."""
    with django_db_blocker.unblock(), transaction.atomic():
        with open_provider() as provider:
            month = play(provider)
        look_at_tables(clock(APRIL_CLOSES))
        yield month
        transaction.set_rollback(True)


@pytest.fixture
def month(played: Played, db: None) -> Played:
    """The month as it was played."""
    return played


@pytest.fixture
def desk(month: Played) -> Client:
    """The browser of somebody who may see all of it."""
    client = Client()
    client.force_login(superuser())
    return client
