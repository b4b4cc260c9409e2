"""One estate for a whole module: each test gives back what it changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction

from drivepower.tests.published.estate import Estate, build_estate

SIGNALS = (request_started, request_finished)


def block() -> transaction.Atomic:
    """A transaction of tests, in which code that insists on the outermost one may run, as in Django's own."""
    opened = transaction.atomic()
    vars(opened)["_from_testcase"] = True
    return opened


@pytest.fixture(scope="module")
def shared_estate(django_db_setup: None, django_db_blocker: Any) -> Iterator[Estate]:
    """One of everything, in a transaction that is never committed.

    Requests leave the transaction's connection open, like those of Django's test client.
    """
    for signal in SIGNALS:
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), block():
        name = connection.settings_dict["NAME"]
        assert name.startswith("test_"), f"mark the module with django_db: {name} is no database of tests"
        yield build_estate()
        transaction.set_rollback(True)
    for signal in SIGNALS:
        signal.connect(close_old_connections)


@pytest.fixture
def estate(shared_estate: Estate) -> Iterator[Estate]:
    """The same, as it was before the test."""
    with block():
        yield shared_estate
        transaction.set_rollback(True)
