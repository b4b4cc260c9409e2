"""One server process for the whole suite; each case has a station, a driver and a socket of its own.

The rows of the cases stay until the end: the server holds its lease in the tables, so nothing may empty them meanwhile.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from ocpp_consumer.tests.conformance import proxy
from ocpp_consumer.tests.conformance.charger import Charger, connected
from ocpp_consumer.tests.conformance.server import Server, serving
from ocpp_consumer.tests.conformance.site import Site, make_site


@pytest.fixture(scope="package", autouse=True)
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's fixture for all cases together: emptied when the last one is over and the server has ended."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="package")
def server(transactional_db: None) -> Iterator[Server]:
    """The server that most cases talk to."""
    with serving() as running:
        yield running


@pytest.fixture(scope="package")
def behind_proxy(transactional_db: None) -> Iterator[Server]:
    """Everything set another way: TLS ends at a proxy, strangers hear 404, subprotocols go by the letter of J 3.2."""
    settings = {
        "PUBLIC_URL": "https://portal.example.org",
        "OCPP_TRUSTED_PROXY_ADDRESSES": "127.0.0.1/32",
        "OCPP_CLIENT_CERTIFICATE_HEADER": proxy.CERTIFICATE,
        "OCPP_CLIENT_VERIFY_HEADER": proxy.VERDICT,
        "OCPP_UNKNOWN_404": "1",
        "OCPP_SUBPROTOCOL_REFUSAL": "spec",
    }
    with serving(**settings) as running:
        yield running


@pytest.fixture
def site() -> Site:
    """A station and its driver."""
    return make_site()


@pytest.fixture
def charger(server: Server, site: Site) -> Iterator[Charger]:
    """The station, connected; it has not booted yet."""
    with connected(site, server.url) as charger:
        yield charger


@pytest.fixture
def cp(charger: Charger) -> Charger:
    """The station in the state Booted."""
    charger.booted()
    return charger
