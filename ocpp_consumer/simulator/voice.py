"""What a station tells: one readable line per event. Nothing secret may ever be handed to it."""

import contextlib
from collections.abc import Callable

from .clock import now, stamp


class Voice:
    """Writes lines of time, identity and event through `write`; a quiet one tells only problems."""

    def __init__(self, write: Callable[[str], object] | None = None, *, quiet: bool = False) -> None:
        self._write = write
        self._quiet = quiet

    def say(self, identity: str, text: str) -> None:
        """Tells something that is as it should be."""
        if not self._quiet:
            self._line(identity, text)

    def warn(self, identity: str, text: str) -> None:
        """Tells a problem."""
        self._line(identity, f"!! {text}")

    def _line(self, identity: str, text: str) -> None:
        if self._write is None:
            return
        with contextlib.suppress(OSError):  # a reader of the pipe who has left must not stop a station
            self._write(f"{stamp(now())} {identity} {text}")
