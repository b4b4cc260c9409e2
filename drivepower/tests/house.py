"""The real processes of DrivePower on a test database: server, worker, beat; for tests from end to end."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.conf import settings
from django.db import connection

PATIENCE = 40.0


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def database_url() -> str:
    """The address of the database that the running test uses."""
    of = connection.settings_dict
    secret = f":{of['PASSWORD']}" if of["PASSWORD"] else ""
    return f"postgres://{of['USER']}{secret}@{of['HOST']}:{of['PORT']}/{of['NAME']}"


@dataclass
class House:
    """Where the running processes are reached, and their common log."""

    port: int
    environment: dict[str, str]
    log: Path

    @property
    def url(self) -> str:
        """Portal and API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ocpp_url(self) -> str:
        """Stations."""
        return f"ws://127.0.0.1:{self.port}/ocpp"

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        """Run one of our commands as a process group of its own."""
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # our own programs
                [sys.executable, *command],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Return when the server says that it is ready; raises with the log if it never does."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the server did not become ready:\n{self.log.read_text()}")


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process group that we started: politely, then not."""
    for number, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue


@contextmanager
def running_house() -> Iterator[House]:
    """Server, worker and beat over the test database, ready; ended and reaped afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "OCPP_KEY_PEPPER": settings.OCPP_KEY_PEPPER,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SANDBOX_BANK_URL": f"http://127.0.0.1:{port}/sandbox/bank",
            "DEMO_MODE": "1",
        }
        house = House(port=port, environment=environment, log=Path(folder) / "house.log")
        celery = ("-m", "celery", "-A", "drivepower.celery:app")
        processes = [
            house.start(
                *("-m", "uvicorn", "drivepower.asgi:application", "--port", str(port)),
                *("--ws", "ocpp_consumer.wire:SlowlyRead", "--no-access-log", "--timeout-graceful-shutdown", "5"),
            ),
            house.start(*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING"),
            house.start(*celery, "beat", "--schedule", f"{folder}/beat", "--loglevel", "WARNING"),
        ]
        try:
            house.wait_until_ready()
            yield house
        finally:
            for process in reversed(processes):
                end(process)
