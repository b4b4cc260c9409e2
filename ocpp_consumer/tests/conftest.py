"""A running server for tests that need one."""

from collections.abc import Iterator

import pytest

from ocpp_consumer.tests.server import Server, running_server


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Stations' endpoint over the test's database."""
    with running_server() as running:
        yield running
