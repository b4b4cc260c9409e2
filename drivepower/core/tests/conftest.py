"""Whoever our own requests are sent to."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from drivepower.core.tests.loopback import Receiver, listening


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Whoever is told."""
    with listening() as receiver:
        settings.WEBHOOK_PRIVATE_HOSTS = [receiver.place]
        yield receiver
