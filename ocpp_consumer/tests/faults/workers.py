"""Celery workers that can be killed, as `make run` starts them."""

import os
import signal
import sys
from pathlib import Path

from django.conf import settings

from drivepower.embedded.processes import launch

WORDS = (
    "-m celery --app drivepower.celery:app worker --pool prefork --concurrency 2 --loglevel warning "
    "--without-mingle --without-gossip --without-heartbeat"
)


class Worker:
    """A worker with two children, which die with it."""

    def __init__(self, *, log: Path, database_url: str, redis_url: str) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": settings.SECRET_KEY,
            "OCPP_KEY_PEPPER": settings.OCPP_KEY_PEPPER,
            "LOG_LEVEL": "WARNING",
        }
        with log.open("ab") as out:
            self.process = launch(
                [sys.executable, *WORDS.split()],
                death_signal=signal.SIGKILL,
                cwd=settings.BASE_DIR,
                env=environment,
                start_new_session=True,
                stdout=out,
                stderr=out,
            )

    def kill(self) -> None:
        """`kill -9` of all of its processes at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
