"""`python -m drivepower.embedded -- COMMAND`: run a command with PostgreSQL and Valkey at hand."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from drivepower.embedded import CannotStart
from drivepower.embedded.at_hand import servers_at_hand
from drivepower.embedded.processes import end, launch
from drivepower.embedded.servers import Servers


def main() -> int:
    """Start what DATABASE_URL and REDIS_URL do not name, run the command, stop; the command's exit code is ours."""
    options = _options()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        with servers_at_hand(options.data_dir, ephemeral=options.ephemeral) as servers:
            return _run(options.command, servers)
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
    except OSError as problem:
        sys.stderr.write(f"{problem.filename or 'this machine'}: {problem.strerror}.\n")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivepower.embedded", description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR") or ".data"))
    parser.add_argument("--ephemeral", action="store_true", help="keep nothing afterwards and sync nothing; for tests")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    return parser.parse_args()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _run(command: list[str], servers: Servers) -> int:
    """Run the command until it ends, or until one of our servers does; it hears Ctrl-C from the terminal itself."""
    signal.signal(signal.SIGINT, lambda number, frame: None)
    process = launch(command, death_signal=signal.SIGTERM, env=os.environ | servers.urls)
    try:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            if fallen := servers.fallen():
                raise CannotStart(f"{fallen} ended by itself while the command was running.")
    finally:
        end(process, (signal.SIGTERM, 30.0))
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


if __name__ == "__main__":
    sys.exit(main())
