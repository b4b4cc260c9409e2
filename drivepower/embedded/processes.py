"""Child processes that end when we end, even by kill -9, and run with no more rights than they need."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PROC = Path("/proc")


@dataclass(frozen=True)
class Account:
    """A user of this machine under whom a server runs."""

    uid: int
    gid: int


def unprivileged(home: Path) -> Account | None:
    """Whom a server that works in `home` runs as: ourselves (None), or, for root, the owner of `home` or nobody."""
    if os.geteuid() != 0:
        return None
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(nobody.pw_uid, nobody.pw_gid)


def tie(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs before its program, so that the kernel sends it `death_signal` when we die.

    The tie belongs to the thread that forks: start children from the main thread only.
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def tie_to_parent() -> None:
        prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # we died between the fork and the tie
            os._exit(1)

    return tie_to_parent


def follow_parent(death_signal: signal.Signals) -> None:
    """Have the kernel send us `death_signal` when the process that started us dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal))


def launch(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    account: Account | None = None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start a program that is tied to our life, as `account` if one is given; raises OSError if it cannot be run."""
    if account is not None:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.Popen(  # noqa: S603  # every command is our own list of words, no shell reads it
        [os.fspath(word) for word in command], preexec_fn=tie(death_signal), **options
    )


def end(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait so many seconds for the process to end; SIGKILL is the last resort."""
    for number, patience in (*signals, (signal.SIGKILL, 30.0)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def working_in(home: Path, *, program: str) -> Iterator[int]:
    """Process ids of every `program` whose working directory is `home` (found on Linux only)."""
    for entry in PROC.glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "comm").read_text().strip() == program and (entry / "cwd").samefile(home):
                yield int(entry.name)


def end_leftovers(home: Path, *, program: str, ask: signal.Signals) -> None:
    """End the servers that a killed owner left in `home`; the caller holds its lock, so nobody else owns them."""
    for number, patience in ((ask, 30.0), (signal.SIGKILL, 10.0)):
        for pid in working_in(home, program=program):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while any(working_in(home, program=program)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
