"""A desk from which stations are asked."""

import pytest

from ocpp_consumer.tests.server import in_db
from stations.models import Station
from stations.tests.desk import Desk, staff


@pytest.fixture
async def desk(station: Station) -> Desk:
    """Somebody of the house who may do anything; the station that talks is there before."""
    person = await in_db(staff)()
    made: Desk = await in_db(Desk)(person)
    return made
