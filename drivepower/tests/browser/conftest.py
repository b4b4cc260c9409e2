"""The whole application on a real port, over the test's database."""

from collections.abc import Iterator
from typing import Any

import pytest

from charging.tests.world import World, build
from drivepower.asgi import application
from drivepower.portal.tests.streaming import streaming
from ocpp_consumer import gateway
from ocpp_consumer.tests.server import Server


async def whole(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Everything but the process's own start and end, which are not the tests'."""
    if scope["type"] != "lifespan":
        await application(scope, receive, send)
        return
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await gateway.shutdown()
    await send({"type": "lifespan.shutdown.complete"})


@pytest.fixture
def shared_world(transactional_db: None) -> World:
    """A station with two connectors, online, as the tests of charging have it."""
    return build()


@pytest.fixture
def portal(transactional_db: None) -> Iterator[Server]:
    """Portal, API, streams and stations' door."""
    with streaming(whole) as running:
        yield running
