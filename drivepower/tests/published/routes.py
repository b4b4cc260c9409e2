"""Every HTTP route of the API and the public pages, as the URL resolver knows them, not as somebody listed them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

METHODS = ("get", "post", "put", "patch", "delete")
# The admin's pages have tests of their own; files have their own door.
ELSEWHERE = ("admin/", "sandbox/bank/")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class Route(NamedTuple):
    """One method of one address; parameters in braces."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def all_routes() -> list[Route]:
    """All of them, in the order of their addresses."""
    return sorted({route for route, _view in _walk(get_resolver().url_patterns, "")}, key=lambda route: route[::-1])


def house_only() -> set[Route]:
    """The methods that staff of a company do not have, whatever their permissions."""
    walked = [(route, getattr(view, "cls", None)) for route, view in _walk(get_resolver().url_patterns, "")]
    return {route for route, kind in walked if route.method in getattr(kind, "house_only", ())}


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[Route, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith(ELSEWHERE):
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            named, view = PARAMETER.sub(r"{\1}", path), pattern.callback
            yield from ((Route(method, named), view) for method in _methods(view))


def _methods(view: Any) -> list[str]:
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is None:
        return ["GET"]
    if not issubclass(kind, APIView):
        return [method.upper() for method in METHODS if hasattr(kind, method) and method in ("get", "post")]
    return [method.upper() for method in METHODS if hasattr(kind, method)]
