"""Starts the real data servers and the real supervisor as processes of a test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from drivepower.embedded.processes import working_in
from drivepower.supervisor.house import ROOT

SETTINGS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "OCPP_KEY_PEPPER", "DATA_DIR", "PORT", "HOST")
QUERY = """
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    for statement in sys.argv[1:]:
        answer = connection.execute(statement)
        print(*(answer.fetchone() if answer.description else ()), flush=True)
"""


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a machine that has no data servers, and a person who has set nothing."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return kept | {"CONFIG_FILE": os.devnull} | more


def python(code: str, *words: str) -> list[str]:
    """The command that runs a piece of Python."""
    return [sys.executable, "-c", code, *words]


def query(*statements: str) -> list[str]:
    """The command that runs SQL and prints the first row of each answer."""
    return python(QUERY, *statements)


def embedded(*options: str, command: list[str]) -> list[str]:
    """The command that runs another one with data servers at hand."""
    return [sys.executable, "-m", "drivepower.embedded", *options, "--", *command]


def finished(command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603  # the test's own words
        command, cwd=ROOT, env=surroundings(**more), capture_output=True, text=True, timeout=60
    )


@contextmanager
def running(command: list[str], said: Path, until: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that works in the background, entered once it has said `until`; killed at the end if need be."""
    with said.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  # the test's own words
            command, cwd=ROOT, env=surroundings(**more), stdout=out, stderr=out, start_new_session=True
        )
    try:
        wait_until(lambda: until in said.read_text() or process.poll() is not None, f"{command} says {until!r}")
        assert until in said.read_text(), said.read_text()
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so; fails the test after a long time."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"waited too long until {what}"
        time.sleep(0.02)


def servers_in(data_dir: Path) -> list[int]:
    """Process ids of the data servers that work in a data directory."""
    postgres = working_in(data_dir / "postgres", program="postgres")
    return [*postgres, *working_in(data_dir / "valkey", program="valkey-server")]
