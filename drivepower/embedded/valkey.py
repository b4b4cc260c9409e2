"""Valkey in a directory of ours, on a free loopback port, with its append-only file synced every second."""

import os
import secrets
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from drivepower.embedded import CannotStart, ports, wheels
from drivepower.embedded.log import ServerLog
from drivepower.embedded.processes import Account, end, end_leftovers, launch, unprivileged

LOADING_PATIENCE = 120.0


class Valkey:
    """Valkey that lives as long as we do, with a new password at each start."""

    setting = "REDIS_URL"
    process: subprocess.Popen[bytes] | None = None

    def __init__(self, data_dir: Path, *, durable: bool) -> None:
        self.home = data_dir / "valkey"
        self.durable = durable
        self.account: Account | None = unprivileged(self.home)
        self.program = wheels.valkey_server(self.account)
        self.version = wheels.version_of(self.program)
        self.title = f"Valkey {self.version}"
        self.log = ServerLog(data_dir / "valkey.log")
        self.password = secrets.token_urlsafe(24)

    def start(self) -> str:
        """Start the server and return its URL; raises CannotStart."""
        if not self.home.exists():
            self.home.mkdir(mode=0o700)
            if self.account is not None:
                os.chown(self.home, self.account.uid, self.account.gid)
        end_leftovers(self.home, program="valkey-server", ask=signal.SIGTERM)
        for _ in range(3):
            port = ports.free()
            self.process = self._launch(port)
            if self._becomes_ready(self.process, port):
                return f"redis://:{self.password}@{ports.LOOPBACK}:{port}/0"
            if "Failed listening on port" not in self.log.tail():
                break
        raise CannotStart(f"Valkey did not start: {self.log.reason()}.")

    def stop(self) -> None:
        """Let the server write out its append-only file and end."""
        if self.process is not None:
            end(self.process, (signal.SIGTERM, 15.0))

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        settings = {
            "bind": ports.LOOPBACK,
            "port": port,
            "requirepass": self.password,  # read from a pipe, so that the list of processes does not show it
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "set-proc-title": "no",
        }
        with self.log.open() as out:
            process = launch(
                [self.program, "-"],
                death_signal=signal.SIGTERM,
                account=self.account,
                cwd=self.home,
                start_new_session=True,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
            )
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin as typed:
                typed.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
        return process

    def _becomes_ready(self, process: subprocess.Popen[bytes], port: int) -> bool:
        """Wait until the server answers PING, that is, until its file is loaded."""
        deadline = time.monotonic() + LOADING_PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            if self._answers(port):
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _answers(self, port: int) -> bool:
        with suppress(OSError), socket.create_connection((ports.LOOPBACK, port), timeout=1.0) as connection:
            connection.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
            return b"+PONG" in connection.makefile("rb").read()
        return False
