import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def uncounted() -> None:
    """Each test begins with every throttle's window empty."""
    cache.clear()
