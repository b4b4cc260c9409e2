"""The surroundings of the test suite itself."""

import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings


@pytest.mark.parametrize("turn", range(4))  # several, so that each parallel worker gets one
def test_it_loads_settings_after_the_worker_has_its_own_database(turn: int) -> None:
    assert os.environ["REDIS_URL"] == settings.REDIS_URL


def test_it_keeps_the_messages_of_workers_apart() -> None:
    database = urlsplit(os.environ["REDIS_URL"]).path

    assert f"'drivepower{database}'" in str(settings.CHANNEL_LAYERS)
