"""Two servers that only echo, under the same uvicorn with the same flags: what WebSockets and Channels alone cost."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
django.setup()  # the consumer's channel layer is the one in the settings

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

Message = dict[str, Any]


async def bare(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Plain ASGI: every text goes back."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept", "subprotocol": "ocpp1.6"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


class Echo(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no type hints
    """A consumer as the Channels tutorial writes it."""

    async def connect(self) -> None:
        """Let everyone in."""
        await self.accept("ocpp1.6")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Send it back."""
        await self.send(text_data=text_data)


stock = ProtocolTypeRouter({"websocket": URLRouter([re_path(r"", Echo.as_asgi())])})
