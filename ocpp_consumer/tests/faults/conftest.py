"""Server processes of a test's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivepower.tests.house import database_url
from ocpp_consumer.tests.faults.processes import Gateway

Starter = Callable[..., Gateway]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the test's gateways write."""
    return tmp_path / "gateways.log"


@pytest.fixture
def start(transactional_db: None, log: Path) -> Iterator[Starter]:
    """Start a gateway process over the test's database; ended afterwards."""
    with ExitStack() as stack:

        def start(**more: str) -> Gateway:
            gateway = Gateway(**{"database_url": database_url(), **more}, log=log)
            stack.callback(gateway.end)
            return gateway

        yield start
