"""The table that a run ends with."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Figure(NamedTuple):
    """One figure; `reached` is how many times over its bar is met (below 1 it is not), None for one without a bar."""

    name: str
    value: str
    bar: str = ""
    reached: float | None = None
    to_echo: float | None = None


HEADINGS = ("figure", "measured", "to stock echo", "bar", "of the bar", "")


def write(figures: Iterable[Figure]) -> str:
    """All figures as lines of text, in columns."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def as_json(figures: Iterable[Figure]) -> list[Mapping[str, object]]:
    """All figures for a program that keeps them."""
    return [figure._asdict() for figure in figures]


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        figure.value,
        "" if figure.to_echo is None else f"{figure.to_echo:.2f}",
        figure.bar,
        "" if figure.reached is None else f"{figure.reached:.2f}",
        "" if figure.reached is None else ("met" if figure.reached >= 1 else "NOT MET"),
    )
