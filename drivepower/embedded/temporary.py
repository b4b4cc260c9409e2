"""A data directory for tests, gone when they end; those of killed runs go at the next one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivepower.embedded import CannotStart
from drivepower.embedded.directory import DataDirectory

PREFIX = "drivepower-ephemeral-"


@contextmanager
def temporary_directory() -> Iterator[DataDirectory]:
    """A data directory that is owned, private, and removed afterwards."""
    _remove_abandoned()
    directory = DataDirectory(Path(tempfile.mkdtemp(prefix=PREFIX)))
    directory.own()
    try:
        yield directory
    finally:
        shutil.rmtree(directory.path, ignore_errors=True)
        directory.leave()


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not (path / "lock").exists():
            continue  # just being made
        try:
            directory = DataDirectory(path)
        except CannotStart:
            continue  # another user's
        if directory.own():
            shutil.rmtree(path, ignore_errors=True)
        directory.leave()
