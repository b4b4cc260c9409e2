"""A station that is asked for files or sent some, and the door of files that its links lead to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from ocpp_consumer.tests.server import PATIENCE, Talk, eventually, in_db
from stations.models import Command
from stations.tests.hosts import Host, running_host


@contextmanager
def hosted(settings: Any, folder: Path) -> Iterator[Host]:
    """The door of files, at the address that links begin with."""
    settings.MEDIA_ROOT = str(folder / "media")
    with running_host() as host:
        settings.PUBLIC_URL = host.url
        yield host


async def asked(talk: Talk, action: str) -> tuple[str, dict[str, Any]]:
    """What the station is asked next: the message's id and payload."""
    kind, message_id, said, payload = await talk.hear()
    assert (kind, said) == (2, action)
    return message_id, payload


async def told(talk: Talk, action: str, answer: Any) -> dict[str, Any]:
    """Answer what the station is asked next; its payload."""
    message_id, payload = await asked(talk, action)
    await talk.send([3, message_id, answer] if isinstance(answer, dict) else [4, message_id, answer, "", {}])
    return payload


async def settled(command_id: int | None) -> Command:
    """The command, when the answer to it is recorded."""
    waiting = Command.objects.filter(pk=command_id or 0).exclude(state__in=[Command.State.QUEUED, Command.State.SENT])
    found: Command = await eventually(waiting.first, "the answer is recorded")
    return found


async def visit(link: str, method: str, content: bytes = b"") -> httpx.Response:
    """What a station does at a link, without the frames between."""

    def go() -> httpx.Response:
        return httpx.request(method, link, content=content or None, timeout=PATIENCE)

    carry_out: Callable[[], Any] = in_db(go)
    response: httpx.Response = await carry_out()
    return response


def token_of(link: str) -> str:
    """The secret part of a link."""
    return urlsplit(link).path.split("/")[3]
