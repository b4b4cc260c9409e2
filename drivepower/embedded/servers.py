"""Both data servers together: started in order, stopped in reverse, each left out if its address is preset."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from drivepower.embedded import CannotStart
from drivepower.embedded.postgres import Postgres
from drivepower.embedded.progress import step
from drivepower.embedded.valkey import Valkey

# An empty cluster takes 40 MB and its first log segment 16; below this a start would end half-way.
LEAST_FREE = 80_000_000


@dataclass
class Servers:
    """The addresses of the data servers by setting, and those of them that are ours."""

    urls: dict[str, str] = field(default_factory=dict)
    ours: list[Postgres | Valkey] = field(default_factory=list)

    def fallen(self) -> str:
        """Name the first of our servers that ended without being asked; empty while all of them run."""
        gone = (server.title for server in self.ours if server.process and server.process.poll() is not None)
        return next(gone, "")


@contextmanager
def serving(data_dir: Path, *, preset: Mapping[str, str], out: TextIO, durable: bool = True) -> Iterator[Servers]:
    """Run the servers that `preset` names no address for; raises CannotStart."""
    servers = Servers()
    with ExitStack() as stack:
        for kind in (Postgres, Valkey):
            if address := preset.get(kind.setting):
                servers.urls[kind.setting] = address
                continue
            _refuse_full_disk(data_dir)
            server = kind(data_dir, durable=durable)
            stack.callback(server.stop)
            with step(f"starting {server.title}", out):
                servers.urls[kind.setting] = server.start()
            servers.ours.append(server)
        yield servers


def _refuse_full_disk(data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free
    if free < LEAST_FREE:
        raise CannotStart(
            f"the disk of {data_dir} is full: {free // 1_000_000} MB are free and {LEAST_FREE // 1_000_000} are needed;"
            " nothing was changed."
        )
