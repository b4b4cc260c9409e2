"""Gateway processes that can be killed, each on a port that it keeps over its lives."""

import os
import signal
import socket
import sys
from pathlib import Path

from django.conf import settings

from drivepower.embedded import ports
from drivepower.embedded.processes import end, launch
from drivepower.supervisor.demo import WEB
from ocpp_consumer.tests.server import wait_until


class Gateway:
    """`uvicorn drivepower.asgi:application`, with the flags that `make run` gives it."""

    def __init__(self, *, database_url: str, log: Path, redis_url: str = "", **more: str) -> None:
        self.port = ports.free()
        self._log = log
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url or settings.REDIS_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "OCPP_KEY_PEPPER": settings.OCPP_KEY_PEPPER,
            "LOG_LEVEL": "WARNING",
            **more,
        }
        self.start()

    @property
    def url(self) -> str:
        """Where stations find it."""
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin; call from the main thread, whose end is the process's end."""
        words = ["-m", "uvicorn", "drivepower.asgi:application", "--port", str(self.port), *WEB.split()]
        with self._log.open("ab") as log:
            self.process = launch(
                [sys.executable, *words, "--log-level", "warning"],
                death_signal=signal.SIGKILL,
                cwd=settings.BASE_DIR,
                env=self._environment,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def is_up(self) -> bool:
        """Whether it listens."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_until_up(self) -> "Gateway":
        """Return when it listens."""
        wait_until(lambda: self.process.poll() is not None or self.is_up(), "the gateway listens")
        assert self.process.poll() is None, self._log.read_text()
        return self

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """In good order, if it still runs."""
        end(self.process, (signal.SIGTERM, 30.0))
