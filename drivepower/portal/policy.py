"""What a page may load and talk to, told to browsers: a word that slips into a page unescaped runs nothing.

Alpine, which unfold's pages are built with, evaluates the words of attributes and sets styles: hence the two `unsafe`.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"


class ContentPolicy:
    """Middleware: everything comes from here; pictures of the map from its tile server too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy."""
        response = self.answer(request)
        response.headers.setdefault(HEADER, policy())
        return response


def policy() -> str:
    """The header's value."""
    parts = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": " ".join(filter(None, ["'self'", "data:", tiles()])),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in parts.items())


def tiles() -> str:
    """Where the map's tiles are; its address may begin with a {s} that stands for one of several hosts."""
    address = urlsplit(settings.MAP_TILE_URL)
    return f"{address.scheme}://{address.netloc.replace('{s}', '*')}" if address.netloc else ""
