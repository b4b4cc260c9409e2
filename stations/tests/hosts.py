"""The door of files on a real port, in a thread of the test, and jobs with links to go through it."""

import asyncio
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from stations.files import links, mirror_diagnostics, mirror_firmware
from stations.hosting import Hosting
from stations.models import DiagnosticsJob, FirmwareImage, FirmwareJob, Station

PATIENCE = 30.0
Kind = DiagnosticsJob.Kind


async def nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """What stands behind the door: an answer that says that it was asked."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Host(uvicorn.Server):
    """uvicorn off the main thread."""

    url = ""
    loop: asyncio.AbstractEventLoop

    async def startup(self, sockets: Any = None) -> None:
        """Note where it listens."""
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.url = f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def running_host() -> Iterator[Host]:
    """A server that hands out and takes in files."""
    host = Host(uvicorn.Config(Hosting(nowhere), port=0, lifespan="off", log_level="critical"))
    thread = threading.Thread(target=host.run)
    thread.start()
    try:
        wait_until(lambda: host.started)
        yield host
    finally:
        host.should_exit = True
        thread.join()


def wait_until(condition: Any) -> Any:
    """The first true value of a condition."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError("not seen in time")


def client_of(host: Host) -> httpx.Client:
    """A station's HTTP client."""
    return httpx.Client(base_url=host.url, timeout=PATIENCE)


def image(content: bytes = b"firmware", **fields: Any) -> FirmwareImage:
    """An image as the admin would keep it."""
    named = {"name": "AC22", "version": "2.0"} | fields
    digest = hashlib.sha256(content).hexdigest()
    return FirmwareImage.objects.create(
        file=ContentFile(content, name="ac22.bin"), size=len(content), sha256=digest, **named
    )


def firmware_link(station: Station, of: FirmwareImage, *, at: datetime | None = None, **fields: Any) -> str:
    """The path of a link to an image."""
    at = at or timezone.now()
    asked: dict[str, Any] = {"location": "", "retrieve_at": at, "signed": False} | fields
    job = mirror_firmware(station=station, image=of, asked_by="staff:1", at=at, **asked)
    return urlsplit(links.firmware_link(job, at=at)).path


def upload_link(station: Station, *, kind: Kind = Kind.DIAGNOSTICS, at: datetime | None = None) -> str:
    """The path of a link for diagnostics."""
    at = at or timezone.now()
    job = mirror_diagnostics(station=station, kind=kind, location="", asked_by="staff:1", at=at)
    return urlsplit(links.upload_link(job, at=at)).path


def kept() -> list[Path]:
    """Every file under MEDIA_ROOT."""
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def newest_firmware_job() -> FirmwareJob:
    """The job that was made last."""
    return FirmwareJob.objects.latest("id")
