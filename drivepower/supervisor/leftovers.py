"""Processes of an earlier run that was killed, known by the mark in their environment."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from drivepower.embedded.processes import PROC

MARK = "DRIVEPOWER_RUN"
PATIENCE = 3.0


def marked(data_dir: Path) -> Iterator[int]:
    """Process ids that carry the mark of this data directory (found on Linux only)."""
    mark = os.fsencode(f"{MARK}={data_dir}")
    for entry in PROC.glob("[0-9]*"):
        with suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)


def end_marked(data_dir: Path) -> int:
    """End what a killed supervisor left behind, and say how many there were; the caller owns the directory."""
    found = set(marked(data_dir))
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in marked(data_dir):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + PATIENCE
        while any(marked(data_dir)) and time.monotonic() < deadline:
            time.sleep(0.05)
    return len(found)
