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
    return sorted(set(_walk(get_resolver().url_patterns, "")), key=lambda route: (route.path, route.method))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith(ELSEWHERE):
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield from (Route(method, PARAMETER.sub(r"{\1}", path)) for method in _methods(pattern.callback))


def _methods(view: Any) -> list[str]:
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is None:
        return ["GET"]
    if not issubclass(kind, APIView):
        return [method.upper() for method in METHODS if hasattr(kind, method) and method in ("get", "post")]
    return [method.upper() for method in METHODS if hasattr(kind, method)]
