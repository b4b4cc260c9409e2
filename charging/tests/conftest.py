"""Fixtures of the charging tests."""

import pytest

from charging.tests.world import World, build


@pytest.fixture
def world(db: None) -> World:
    """A fresh world."""
    return build()


@pytest.fixture
def shared_world(transactional_db: None) -> World:
    """A fresh world that other threads see."""
    return build()
