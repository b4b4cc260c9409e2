"""`python -m drivepower.supervisor`: what `make run` calls once everything is installed."""

import argparse
import os
import signal
import sys
from pathlib import Path

from drivepower.embedded import CannotStart
from drivepower.embedded.processes import follow_parent
from drivepower.supervisor.demo import demo_house
from drivepower.supervisor.house import House
from drivepower.supervisor.main import supervise


def main() -> int:
    """Run DrivePower with its demo network, as PORT, HOST and DATA_DIR say."""
    parser = argparse.ArgumentParser(prog="python -m drivepower.supervisor", description=__doc__)
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started us is gone")
    if parser.parse_args().with_parent:
        follow_parent(signal.SIGTERM)
    return supervise(_house)


def _house() -> House:
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotStart(f"the setting PORT is malformed: {port!r} is not a port number.")
    data_dir = Path(os.environ.get("DATA_DIR") or ".data").absolute()
    return demo_house(host=os.environ.get("HOST") or "127.0.0.1", port=int(port), data_dir=data_dir)


if __name__ == "__main__":
    sys.exit(main())
