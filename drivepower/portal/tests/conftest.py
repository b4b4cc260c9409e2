"""Fixtures of the portal's tests."""

import pytest

from charging.tests.world import World, build


@pytest.fixture
def world(db: None) -> World:
    """A station with two connectors, online, as the tests of charging have it."""
    return build()


@pytest.fixture
def shared_world(transactional_db: None) -> World:
    """The same, for a server's threads to see."""
    return build()
