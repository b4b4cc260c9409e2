"""The live half of the API where it is served: the doors of the whole application lead to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from charging.tests.world import World, build
from drivepower.asgi import application
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.streaming import open_stream, streaming, token_of
from ocpp_consumer.tests.server import Server, in_db


@pytest.fixture
def world(transactional_db: None) -> World:
    """A station with two connectors, for the server's threads to see."""
    return build()


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    """DrivePower as it is served."""
    with streaming(application, lifespan="off") as running:
        yield running


def told_to(world: World, who: str) -> dict[str, Any]:
    """What somebody says first."""
    person: User | None = {"driver": world.driver, "staff": superuser}.get(who, lambda: None)()
    return {"token": token_of(person)} if person else {"subscribe": "all"}


@pytest.mark.parametrize(
    ("path", "who", "says"),
    [
        ("locations/stream", "anybody", "locations"),
        ("sessions/stream", "driver", "sessions"),
        ("operator/stream", "staff", "id"),
    ],
)
async def test_it_is_served_at_its_address(server: Server, world: World, path: str, who: str, says: str) -> None:
    first = await in_db(told_to)(world, who)
    async with open_stream(server, path) as client:
        await client.say(**first)
        snapshot = await client.hear()
    assert snapshot["type"] == "snapshot"
    assert says in snapshot
