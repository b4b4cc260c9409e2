"""PostgreSQL in a directory of ours, on a free loopback port."""

import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from drivepower.embedded import CannotStart, cluster, ports, wheels
from drivepower.embedded.log import ServerLog
from drivepower.embedded.processes import Account, end, end_leftovers, launch, unprivileged

RECOVERY_PATIENCE = 300.0


class Postgres:
    """PostgreSQL that lives as long as we do; `durable=False` gives up fsync, for tests only."""

    setting = "DATABASE_URL"
    process: subprocess.Popen[bytes] | None = None

    def __init__(self, data_dir: Path, *, durable: bool) -> None:
        self.home = data_dir / "postgres"
        self.password_file = data_dir / "postgres-password"
        self.durable = durable
        self.account: Account | None = unprivileged(self.home)
        self.programs = wheels.postgres_programs(self.account)
        self.version = wheels.version_of(self.programs / "postgres")
        self.title = f"PostgreSQL {self.version}"
        self.log = ServerLog(data_dir / "postgres.log")

    def start(self) -> str:
        """Start the cluster, made first if there is none, and return its URL; raises CannotStart."""
        if self.home.exists():
            self._refuse_other_version()
            self._take_over()
        else:
            self._create()
        for _ in range(3):
            port = ports.free()
            self.process = self._launch(port)
            if self._becomes_ready(self.process):
                return f"postgres://drivepower:{self.password_file.read_text()}@{ports.LOOPBACK}:{port}/drivepower"
            if "could not create any TCP/IP sockets" not in self.log.tail():
                break
        raise CannotStart(f"PostgreSQL did not start: {self.log.reason()}.")

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.process is not None:
            end(self.process, (signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))

    def _refuse_other_version(self) -> None:
        made_by = (self.home / "PG_VERSION").read_text().strip()
        ours = self.version.split(".")[0]
        if made_by != ours:
            raise CannotStart(
                f"{self.home} was made by PostgreSQL {made_by} and this one is {ours}: move the data with pg_dump"
                " or choose another DATA_DIR; nothing was changed."
            )

    def _take_over(self) -> None:
        """Clear what a killed owner left, also a lock file whose process id belongs to somebody else by now."""
        end_leftovers(self.home, program="postgres", ask=signal.SIGINT)
        (self.home / "postmaster.pid").unlink(missing_ok=True)

    def _create(self) -> None:
        cluster.create(
            self.home,
            programs=self.programs,
            account=self.account,
            password_file=self.password_file,
            log=self.log,
            durable=self.durable,
        )

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        safety = "on" if self.durable else "off"
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "port": str(port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "fsync": safety,
            "synchronous_commit": safety,
            "full_page_writes": safety,
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open() as out:
            return launch(
                [self.programs / "postgres", "-D", cluster.path_for(self.home, self.account), *words],
                death_signal=signal.SIGINT,
                account=self.account,
                cwd=self.home,
                start_new_session=True,  # Ctrl-C in the terminal is ours to hear, not the server's
                stdout=out,
                stderr=out,
            )

    def _becomes_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the server writes "ready" into its lock file, that is, until recovery is over."""
        deadline = time.monotonic() + RECOVERY_PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(FileNotFoundError):
                lines = (self.home / "postmaster.pid").read_text().splitlines()
                if len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
                    return True
            time.sleep(0.02)
        self.stop()
        return False
