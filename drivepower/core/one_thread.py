"""Django's requests in one thread each, from the first middleware to the view's answer."""

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class InOneThread(ASGIHandler):
    """Django's ASGI handler for an application whose views are all synchronous.

    Its own one goes back to the event loop between the middleware and the view, and each of these ways waits for the
    interpreter: under load that was most of what a request took.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain as WSGI has it."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The chain's answer, from the request's own thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
