"""What a supervisor runs, as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with, not bound to
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Child:
    """A process to keep alive: how it is started, and how many seconds it may take to end."""

    name: str
    command: Sequence[str]
    grace: float = 10.0
    needs_portal: bool = False


@dataclass(frozen=True)
class Preparation:
    """A command that runs once before the children; what it prints is shown when all is ready."""

    doing: str
    command: Sequence[str]


@dataclass(frozen=True)
class House:
    """Everything that one run needs to know."""

    host: str
    port: int
    data_dir: Path
    preparations: Sequence[Preparation]
    children: Sequence[Child]
    greeting: Sequence[str] = ()

    @property
    def address(self) -> str:
        """The portal's address, seen from this machine."""
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
