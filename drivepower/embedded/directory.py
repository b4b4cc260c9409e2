"""The data directory: one process owns it, others read from a file how to reach the owner's servers."""

import fcntl
import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from drivepower.embedded import CannotStart


@dataclass(frozen=True)
class Owner:
    """What the owning process tells others: its process id, the servers' URLs, its own address if it serves one."""

    pid: int
    urls: dict[str, str] = field(default_factory=dict)
    address: str = ""
    stopping: bool = False


class DataDirectory:
    """A directory with a lock that the kernel releases when its owner dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._notice = self.path / "owner.json"
        self._owned = False
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotStart(f"the data directory {self.path} cannot be used: {error.strerror}.") from error

    def own(self) -> bool:
        """Take the directory, without waiting; False if another process owns it."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._owned = True
        self._notice.unlink(missing_ok=True)
        return True

    def own_after(self, patience: float) -> bool:
        """Take the directory, waiting so many seconds for an owner that is about to leave."""
        deadline = time.monotonic() + patience
        while not self.own():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def announce(self, owner: Owner) -> None:
        """Tell others who we are; the file appears whole and only its owner can read the passwords in it."""
        new = self.path / "owner.json.new"
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(owner), file)
        new.replace(self._notice)

    def owner(self) -> Owner | None:
        """Who owns the directory, if that process has announced itself and lives."""
        with suppress(FileNotFoundError):
            owner = Owner(**json.loads(self._notice.read_text()))
            return owner if _lives(owner.pid) else None
        return None

    def leave(self) -> None:
        """Let go of the directory; the owner takes its announcement along."""
        if self._owned:
            self._notice.unlink(missing_ok=True)
        os.close(self._lock)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
