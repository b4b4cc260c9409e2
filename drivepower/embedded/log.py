"""The log file of a data server, and the one line of it that says why a start failed."""

import shutil
from pathlib import Path
from typing import BinaryIO

LARGE = 5_000_000
TELLING = ("PANIC:", "FATAL:", "ERROR:", "error:", "Fatal", "Bad file format", "Can't")
NO_SPACE = 1_000_000


class ServerLog:
    """One file that grows over starts; a large one is moved aside before a start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.exists() and path.stat().st_size > LARGE:
            path.replace(path.with_suffix(".log.1"))
        self._begin = path.stat().st_size if path.exists() else 0

    def open(self) -> BinaryIO:
        """The file for a child process to write on; the child keeps it, the caller closes its own."""
        return self.path.open("ab")

    def tail(self) -> str:
        """What was logged since this start."""
        with self.path.open("rb") as file:
            file.seek(self._begin)
            return file.read().decode(errors="replace")

    def reason(self) -> str:
        """The end of a sentence: why the server did not start."""
        tail = self.tail()
        if "No space left on device" in tail or shutil.disk_usage(self.path.parent).free < NO_SPACE:
            return f"no space is left on the disk of {self.path.parent}"
        lines = [line.strip() for line in tail.splitlines() if line.strip()]
        telling = [line for line in lines if any(mark in line for mark in TELLING)]
        return f"{(telling or lines or ['it said nothing'])[-1]} (more in {self.path})"
