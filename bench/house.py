"""The processes under test: gateways and baselines, each a uvicorn with the flags that `make run` gives it."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from bench import usage
from drivepower.embedded import ports
from drivepower.embedded.processes import end, launch
from drivepower.supervisor.demo import WEB

PATIENCE_SECONDS = 60.0
GATEWAY, BARE, STOCK = "drivepower.asgi:application", "bench.baselines:bare", "bench.baselines:stock"


class NotUp(Exception):
    """A server did not listen in time."""


class Server:
    """One server process."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.pid = process.pid
        self.port = port

    def cpu_seconds(self) -> float:
        """What it has used since its start."""
        return usage.cpu_seconds(self.pid)


def raise_limit() -> None:
    """Allow as many sockets as the kernel lets us have; children inherit it."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def serving(application: str, *, environment: Mapping[str, str]) -> Iterator[Server]:
    """A server for as long as the block runs; raises NotUp."""
    port = ports.free()
    words = ["--port", str(port), *WEB.split(), "--log-level", "warning"]
    process = launch(
        [sys.executable, "-m", "uvicorn", application, *words],
        death_signal=signal.SIGKILL,
        env=os.environ | environment,
        start_new_session=True,
    )
    try:
        _wait_until_up(process, port)
        yield Server(process, port)
    finally:
        end(process, (signal.SIGTERM, 30.0))


def _wait_until_up(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if not ports.is_free("127.0.0.1", port):
            return
        time.sleep(0.05)
    raise NotUp("a server did not listen in time; its own words are above")


def postmaster(database_url: str) -> int:
    """The process id of the database server, which must run on this machine."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        return usage.parent(row[0]) if row else 0
