"""A running server, and a station that is connected to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from ocpp_consumer.tests.server import Server, Talk, basic, in_db, make_station, running_server, talking
from stations.models import Station


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Stations' endpoint over the test's database."""
    with running_server() as running:
        yield running


@pytest.fixture
async def talk(server: Server) -> AsyncIterator[Talk]:
    """A station, accepted and connected."""
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as open_talk:
        yield open_talk


@pytest.fixture
def station(talk: Talk) -> Station:
    """The row of the station that talks."""
    return Station.objects.get(identity="CP 1")
