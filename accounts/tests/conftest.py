import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def uncounted() -> None:
    """Each test begins with every throttle's window empty."""
    cache.clear()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A hasher that takes no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
