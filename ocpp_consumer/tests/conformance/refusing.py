"""Handshakes that end without a socket."""

from typing import Any

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response

from ocpp_consumer.tests.conformance.charger import connected
from ocpp_consumer.tests.conformance.server import Server
from ocpp_consumer.tests.conformance.site import Site


def refusal(site: Site, server: Server, **how: Any) -> Response:
    """The HTTP answer with which the station is kept out."""
    with pytest.raises(InvalidStatus) as status, connected(site, server.url, **how):
        pass
    return status.value.response


def refused(site: Site, server: Server, **how: Any) -> int:
    """Its status."""
    return refusal(site, server, **how).status_code


def told(response: Response) -> tuple[int, dict[str, str], bytes]:
    """All that could tell one refusal from another."""
    headers: Headers = response.headers
    said = {name.lower(): value for name, value in headers.raw_items() if name.lower() != "date"}
    return response.status_code, said, bytes(response.body or b"")
