"""Who gets a socket: credentials, subprotocols, and every way of writing an identity."""

import uuid

import pytest
from websockets.exceptions import ConnectionClosed

from ocpp_consumer.tests.conformance.charger import PATIENCE, connected
from ocpp_consumer.tests.conformance.refusing import refusal, refused, told
from ocpp_consumer.tests.conformance.server import Server
from ocpp_consumer.tests.conformance.site import Site, make_site
from ocpp_consumer.tests.server import wait_until
from stations.models import Knock, SecurityEvent


def stranger(site: Site) -> Site:
    """A station that nobody knows."""
    return Site(0, f"STRANGER-{uuid.uuid4().hex[:8]}", site.key, site.serial, site.driver, site.card)


def test_tc_085(server: Server, site: Site) -> None:
    """Basic Authentication: Valid Username/Password Combination"""
    response = refusal(site, server, key="")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    for key in (site.key, site.key.upper(), bytes.fromhex(site.key)):
        with connected(site, server.url, key=key) as cp:
            cp.booted()


def test_tc_088(server: Server, site: Site) -> None:
    """WebSocket Subprotocol Negotiation"""
    assert refused(site, server, subprotocols=("ocpp0.1",)) == 400
    with connected(site, server.url, subprotocols=("ocpp0.1", "ocpp1.6")) as cp:
        assert cp.socket.subprotocol == "ocpp1.6"
        cp.booted()


def test_dp_subprotocol_spec_literal(behind_proxy: Server, site: Site) -> None:
    """A subprotocol refused as J 3.2 has it: upgraded without one, and closed at once"""
    with connected(site, behind_proxy.url, subprotocols=("ocpp0.1",)) as cp:
        assert cp.socket.subprotocol is None
        with pytest.raises(ConnectionClosed):
            cp.socket.recv(timeout=PATIENCE)
    assert site.station.gateway is None


def test_dp_unauthorized(server: Server, site: Site) -> None:
    """401 without a key, with a wrong one and for a stranger, all alike"""
    unknown = stranger(site)
    answers = [
        told(refusal(site, server, key="")),
        told(refusal(site, server, key="0" * 40)),
        told(refusal(site, server, key=make_site().key)),
        told(refusal(unknown, server)),
        told(refusal(unknown, server, key="")),
    ]
    assert [answer[0] for answer in answers] == [401] * 5
    assert all(answer == answers[0] for answer in answers)
    wait_until(Knock.objects.filter(value=unknown.identity).exists, "the stranger has left a Knock")
    wait_until(SecurityEvent.objects.filter(station=site.station_id).exists, "the wrong key is an event")


def test_dp_unknown_not_found(behind_proxy: Server, site: Site) -> None:
    """404 for an unknown identity, where the setting says so"""
    assert refused(stranger(site), behind_proxy) == 404
    assert refused(site, behind_proxy, key="") == 401


def test_dp_no_subprotocol(server: Server, site: Site) -> None:
    """No subprotocol at all: refused, unless the station may"""
    assert refused(site, server, subprotocols=()) == 400
    site.alter(allows_no_subprotocol=True)
    with connected(site, server.url, subprotocols=()) as cp:
        assert cp.socket.subprotocol is None
        cp.booted()


def test_dp_percent_encoded_identity(server: Server) -> None:
    """A percent-encoded identity"""
    site = make_site(f"RDAM 123/{uuid.uuid4().hex[:8]}:?#%")
    assert "%20123%2F" in site.path
    with connected(site, server.url) as cp:
        cp.booted()


def test_dp_utf8_identity(server: Server) -> None:
    """An identity in UTF-8"""
    site = make_site(f"Станция-№{uuid.uuid4().hex[:8]}")
    with connected(site, server.url) as cp:
        cp.booted()
