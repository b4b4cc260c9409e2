"""The ASGI application: portal and API over HTTP, stations and browsers over WebSocket, one port for all."""

import gc
import os
import re
from typing import Any

import django
from channels.auth import AuthMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
django.setup(set_prefix=False)  # everything below imports models

from django.conf import settings  # noqa: E402

import drivepower.celery  # noqa: E402, F401  # doorbells ring the configured Celery app
from drivepower.core import admission, sheets  # noqa: E402
from drivepower.core.bodies import FORM_BYTES, Bodies, Door  # noqa: E402
from drivepower.core.one_thread import InOneThread  # noqa: E402
from drivepower.portal import routing as portal  # noqa: E402
from drivepower.portal.streams.door import of_our_pages  # noqa: E402
from ocpp_consumer import gateway  # noqa: E402
from ocpp_consumer import routing as ocpp  # noqa: E402
from ocpp_consumer.farewell import Farewell  # noqa: E402
from stations import reports  # noqa: E402
from stations.hosting import Hosting  # noqa: E402

# Where files are taken that stations do not send.
DOORS = [
    Door(re.compile(path), largest + FORM_BYTES, is_for_staff=path.startswith("/admin/"))
    for path, largest in [
        ("/api/v1/reports", reports.LARGEST_PHOTO),
        ("/commission/[^/]+/[^/]+", reports.LARGEST_PHOTO),
        ("/admin/stations/commissioning/.+", reports.LARGEST_PHOTO),
        ("/admin/upkeep/", reports.LARGEST_PHOTO),
        ("/admin/report/", reports.LARGEST_PHOTO),
        ("/admin/import/[a-z]+/look/", sheets.USUAL.bytes),
        ("/admin/billing/[a-z]+/bring/", sheets.MONEY.bytes),
        ("/admin/stations/firmwareimage/(add|[0-9]+/change)/", settings.FILE_UPLOAD_MAX_BYTES),
    ]
]


async def refuse(scope: dict[str, Any], receive: Any, send: Any) -> Any:
    """Answer a WebSocket to an address that we do not have with 404."""
    await receive()
    await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


def collect_rarely() -> None:
    """Look for garbage less often: what a frame leaves behind frees itself, and looking took a sixth of its time.

    What the start has made stays for good and is not looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Tell the server that we are up, stand before its signals, and let the gateway go when it stops."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            Farewell()
            collect_rarely()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await gateway.shutdown()
            await send({"type": "lifespan.shutdown.complete"})
            return


class InTurn(AuthMiddleware):  # type: ignore[misc]  # channels has no type hints
    """Who opens a socket is looked up in turn with the requests of pages."""

    async def resolve_scope(self, scope: dict[str, Any]) -> None:
        """Read the session and its person."""
        async with admission.slots():
            await super().resolve_scope(scope)


people = CookieMiddleware(SessionMiddleware(InTurn(URLRouter(portal.websocket_urlpatterns))))
browsers = of_our_pages(people)
application = ProtocolTypeRouter(
    {
        "http": Hosting(Bodies(admission.Admission(InOneThread()), DOORS)),
        "lifespan": live,
        # A station has no cookies and no origin: its door knows nothing of browsers.
        "websocket": URLRouter(
            [
                *ocpp.websocket_urlpatterns,
                *portal.api_urlpatterns,
                re_path(r"^(?=portal/)", browsers),
                re_path(r"", refuse),
            ]
        ),
    }
)
