"""What the person at the terminal sees: our own lines, and those of the children behind their names."""

import os
from collections.abc import Iterable
from typing import TextIO

COLOURS = (36, 32, 33, 35, 34)


class Output:
    """Lines of many processes on one stream; colours only on a terminal."""

    def __init__(self, stream: TextIO, *, names: Iterable[str]) -> None:
        self._stream = stream
        ordered = list(names)
        width = max(map(len, ordered), default=0)
        coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self._prefixes = {
            name: f"\x1b[{COLOURS[place % len(COLOURS)]}m{name:<{width}} |\x1b[0m "
            if coloured
            else f"{name:<{width}} | "
            for place, name in enumerate(ordered)
        }

    def child(self, name: str, line: str) -> None:
        """Pass on one line of a child."""
        self.say(self._prefixes[name] + line)

    def say(self, line: str) -> None:
        """Write a line of our own; a terminal that went away is no reason to stop working."""
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except OSError:
            self._stream = open(os.devnull, "w")  # noqa: SIM115  # lives as long as we do
