"""What processes have used, from /proc: CPU seconds and memory, ours or of somebody else's server."""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its threads, and its children that have ended."""
    return sum(map(int, _fields(pid)[11:15])) / TICKS


def cpu_seconds_of_family(pid: int) -> float:
    """The same with the children that still run: PostgreSQL and all its backends."""
    return cpu_seconds(pid) + sum(cpu_seconds(child) for child in children(pid))


def children(pid: int) -> Iterator[int]:
    """The processes that this one has started and that still run."""
    for entry in PROC.glob("[0-9]*"):
        try:
            if int(_fields(int(entry.name))[1]) == pid:
                yield int(entry.name)
        except (OSError, IndexError):
            continue


def parent(pid: int) -> int:
    """Who has started a process."""
    return int(_fields(pid)[1])


def memory(pid: int) -> tuple[int, int]:
    """RSS and PSS in bytes; PSS is 0 where the kernel does not tell us of another user's process."""
    found = {}
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        text = (PROC / str(pid) / "status").read_text()
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        if name in {"Rss", "Pss", "VmRSS"}:
            found[name.removeprefix("Vm").lower()] = int(rest.split()[0]) * 1024
    return found.get("rss", 0), found.get("pss", 0)


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; the second may hold spaces."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
