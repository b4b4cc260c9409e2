"""Where files of money lie: found by walking all addresses of the house, so that a new one is noticed."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# A file's kind, a file's name, or a paper.
FILE = re.compile(r"<str:kind>|\.csv|\.xlsx|/pdf/|exports/")
OF_MONEY = re.compile(r"billing|exports/(transfers|receipts|sessions)|hoststatement|charging/session/|dry_run")


def walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the house with its name, if it has one."""
    for one in resolver.url_patterns:
        address = f"{before}{one.pattern}"
        if isinstance(one, URLPattern):
            yield address, one.name or address
        else:
            yield from walk(one, address)


def files_of_money() -> set[str]:
    """The names of all that hand out files of money."""
    return {name for address, name in walk(get_resolver()) if FILE.search(address) and OF_MONEY.search(address)}
