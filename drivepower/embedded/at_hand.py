"""Servers for a command: preset ones, the ones another process runs on the same data directory, or our own."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivepower.embedded import CannotStart
from drivepower.embedded.directory import DataDirectory, Owner
from drivepower.embedded.servers import Servers, serving
from drivepower.embedded.temporary import temporary_directory

SETTINGS = ("DATABASE_URL", "REDIS_URL")
PATIENCE_WITH_OWNER = 60.0


@contextmanager
def servers_at_hand(data_dir: Path, *, ephemeral: bool) -> Iterator[Servers]:
    """PostgreSQL and Valkey for as long as the block runs; raises CannotStart."""
    preset = {name: os.environ[name] for name in SETTINGS if os.environ.get(name)}
    if len(preset) == len(SETTINGS):
        yield Servers(urls=preset)
    elif ephemeral:
        with (
            temporary_directory() as directory,
            serving(directory.path, preset=preset, out=sys.stderr, durable=False) as servers,
        ):
            yield servers
    else:
        with _kept(DataDirectory(data_dir), preset) as servers:
            yield servers


@contextmanager
def _kept(directory: DataDirectory, preset: dict[str, str]) -> Iterator[Servers]:
    try:
        owner = _own_or_find_owner(directory)
        if owner is not None:
            sys.stderr.write(f"using the servers of process {owner.pid}\n")
            yield Servers(urls=owner.urls | preset)
            return
        with serving(directory.path, preset=preset, out=sys.stderr) as servers:
            directory.announce(Owner(os.getpid(), servers.urls))
            yield servers
    finally:
        directory.leave()


def _own_or_find_owner(directory: DataDirectory) -> Owner | None:
    """None when the directory is ours now, else the process whose servers stand there."""
    deadline = time.monotonic() + PATIENCE_WITH_OWNER
    while not directory.own():
        owner = directory.owner()
        if owner is not None and owner.urls and not owner.stopping:
            return owner
        if time.monotonic() > deadline:
            raise CannotStart(f"another process holds {directory.path} and does not say where its servers are.")
        time.sleep(0.05)
    return None
