"""The demo's ways in, as a table for the terminal."""

from collections.abc import Iterable, Iterator

from django.conf import settings

from drivepower.portal.demo.hardware import MACHINES
from drivepower.portal.demo.people import ADMIN, DRIVERS, PASSWORD, STAFF


def tables() -> Iterator[str]:
    """Line by line: staff, drivers, and some stations to start at."""
    yield f"Portal {settings.PUBLIC_URL}/admin/   password of all: {PASSWORD}"
    yield ""
    yield from table(("staff", "role"), [(ADMIN, "Superuser"), *((email, role) for email, role, _ in STAFF)])
    yield ""
    yield from table(
        ("driver", "phone", "name", "card"), [(email, phone, name, card) for email, phone, name, card in DRIVERS]
    )
    yield ""
    yield "Stations to start at: " + ", ".join(machine.code for machine in MACHINES[1:22:5])


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Columns under their heads, as wide as they need."""
    lines = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
