"""The real server as a process of its own over the test's database; stations reach it over sockets alone."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from drivepower.tests.house import database_url, end, free_port
from ocpp_consumer.tests.server import wait_until

# A station that is silent must not keep the case that is about its silence for long.
CALL_TIMEOUT_SECONDS = 3


@dataclass(frozen=True)
class Server:
    """Where a running server listens, for stations and for the links that we hand to them."""

    port: int
    scheme: str = "ws"

    @property
    def url(self) -> str:
        """Stations' endpoint without their identity."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def serving(*options: str, scheme: str = "ws", **more: str) -> Iterator[Server]:
    """uvicorn with the portal's own application, and with these settings more; ended and reaped afterwards.

    What it logs goes where the test's own output goes, so that pytest shows it beside a failure.
    """
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "OCPP_KEY_PEPPER": settings.OCPP_KEY_PEPPER,
        "OCPP_CALL_TIMEOUT_SECONDS": str(CALL_TIMEOUT_SECONDS),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        **more,
    }
    command = ["-m", "uvicorn", "drivepower.asgi:application", "--port", str(port)]
    command += ["--ws", "ocpp_consumer.wire:SlowlyRead"]
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, *command, "--no-access-log", "--log-level", "warning", *options],
        cwd=settings.BASE_DIR,
        env=environment,
        start_new_session=True,
    )
    try:
        wait_until(lambda: process.poll() is not None or is_open(port), "the server listens")
        assert process.poll() is None, "the server did not start"
        yield Server(port, scheme)
    finally:
        end(process)


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
