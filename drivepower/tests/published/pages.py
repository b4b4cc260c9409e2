"""What the pages of docs/ say, taken apart: tables, code, links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

DOCS = Path(settings.BASE_DIR) / "docs"
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Row(NamedTuple):
    """A line of a table: what stands as code in its first two cells."""

    there: list[str]
    here: list[str]


def text_of(page: str) -> str:
    """The whole page."""
    return (DOCS / page).read_text()


def rows_under(page: str, heading: str) -> Iterator[Row]:
    """The lines of every table whose second column is called so."""
    inside = False
    for line in text_of(page).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif heading in cells[1]:
            inside = True
        elif inside and set(cells[0]) != {"-"}:
            yield Row(CODE.findall(cells[0]), CODE.findall(cells[1]))


def blocks_of(page: str, language: str) -> list[str]:
    """The blocks of code of a page in that language, in their order."""
    return [text for named, text in BLOCK.findall(text_of(page)) if named == language]


def links_of(page: str) -> list[str]:
    """What a page links to within the project."""
    return LINK.findall(text_of(page))
