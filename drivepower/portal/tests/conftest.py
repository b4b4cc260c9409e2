"""Fixtures of the portal's tests."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from charging.tests.world import World, build
from drivepower.portal.demo import load


@pytest.fixture
def world(db: None) -> World:
    """A station with two connectors, online, as the tests of charging have it."""
    return build()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[datetime]:
    """A small demo for the tests of one file, taken back after the last of them; answers when its two weeks end."""
    now = timezone.now()
    with django_db_blocker.unblock(), transaction.atomic():
        load.load(now=now, per_day=24)
        yield now
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: datetime, db: None, settings: Any) -> datetime:
    """The loaded demo, as it was loaded, in a demo's settings."""
    settings.DEMO_MODE = True
    return loaded


@pytest.fixture
def shared_world(transactional_db: None) -> World:
    """The same, for a server's threads to see."""
    return build()
