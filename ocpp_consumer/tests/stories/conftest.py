"""A station in the middle of a play."""

from collections.abc import AsyncIterator

import pytest

from ocpp_consumer.tests.server import Server, basic, in_db, talking
from ocpp_consumer.tests.stories.cast import Play, make_driver, make_priced_station
from stations.models import Station


@pytest.fixture
async def play(server: Server) -> AsyncIterator[Play]:
    """A priced station that is connected, and a driver who is near it."""
    _, key = await in_db(make_priced_station)()
    driver = await in_db(make_driver)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        yield Play(talk, driver)


@pytest.fixture
def station(play: Play) -> Station:
    """The row of the station that plays."""
    return Station.objects.get(identity="CP 1")
