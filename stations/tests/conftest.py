"""A place for files that no other test uses, and the door to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stations.tests.hosts import Host, running_host


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for files."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def host(store: Path, transactional_db: None) -> Iterator[Host]:
    """The door of files on a port of its own."""
    with running_host() as running:
        yield running
