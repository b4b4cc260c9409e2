"""Says what is being waited for, and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def step(text: str, out: TextIO) -> Iterator[None]:
    """Write "text ... 0.4 s" around a piece of work, the first half before it."""
    out.write(f"{text} ... ")
    out.flush()
    begin = time.monotonic()
    try:
        yield
    except BaseException:
        out.write("failed\n")
        raise
    out.write(f"{time.monotonic() - begin:.1f} s\n")
    out.flush()
