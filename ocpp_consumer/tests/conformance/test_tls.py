"""Security profiles 2 and 3: TLS by the server itself, client certificates through a proxy, and no way back down."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ocpp_consumer.tests.conformance import pki
from ocpp_consumer.tests.conformance.asking import accepted
from ocpp_consumer.tests.conformance.charger import Charger, connected
from ocpp_consumer.tests.conformance.proxy import CERTIFICATE, VERDICT, proxying
from ocpp_consumer.tests.conformance.refusing import refused
from ocpp_consumer.tests.conformance.server import Server, serving
from ocpp_consumer.tests.conformance.site import make_site
from ocpp_consumer.tests.conformance.test_security import sign_request
from stations import ca
from stations.models import Certificate, SecurityEvent, Station

Profile = Station.SecurityProfile
# The four suites of W A00.FR.317-321, by the kind of certificate that they need.
SUITES = {
    "ECDHE-ECDSA-AES128-GCM-SHA256": "EC",
    "ECDHE-ECDSA-AES256-GCM-SHA384": "EC",
    "AES128-GCM-SHA256": "RSA",
    "AES256-GCM-SHA384": "RSA",
}


@pytest.fixture(scope="module")
def authority() -> pki.Authority:
    """Whom stations and servers of the suite trust."""
    return pki.Authority("Suite Root")


@pytest.fixture(scope="module")
def secure_servers(
    transactional_db: None, authority: pki.Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Server]]:
    """Servers that end TLS themselves, with the four suites: one with an RSA certificate, one with an EC one."""
    folder = tmp_path_factory.mktemp("tls")
    with ExitStack() as running:
        servers = {}
        for kind in ("RSA", "EC"):
            pair = str(authority.issue(pki.HOST, kind=kind).written(folder))
            options = ("--ssl-certfile", pair, "--ssl-keyfile", pair, "--ssl-ciphers", ":".join(SUITES))
            servers[kind] = running.enter_context(serving(*options, scheme="wss"))
        yield servers


def trusting(authority: pki.Authority, *, suite: str = "") -> ssl.SSLContext:
    """What a station of the suite verifies the server with; with one suite only, over TLS 1.2."""
    context = ssl.create_default_context(cadata=pki.Pair(authority.root, authority.key).pem)
    if suite:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(suite)
    return context


@contextmanager
def proxied(behind_proxy: Server, authority: pki.Authority, folder: Path, *clients: str) -> Iterator[Server]:
    """A proxy that takes client certificates of the authority and of these other roots, in PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(pki.HOST, kind="RSA").written(folder))
    context.verify_mode = ssl.CERT_OPTIONAL
    for root in (pki.Pair(authority.root, authority.key).pem, *clients):
        context.load_verify_locations(cadata=root)
    with proxying(behind_proxy.port, context) as proxy:
        yield Server(proxy.port, "wss")


def check_certificate(cp: Charger) -> None:
    """What the server has shown: its name, a serial number, and a key that is long enough (W A00.FR.301-311)."""
    shown = cp.socket.tls.getpeercert(binary_form=True)
    certificate = x509.load_der_x509_certificate(shown)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    key = certificate.public_key()
    assert (name.value, certificate.serial_number > 0) == (pki.HOST, True)
    assert isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey))
    assert key.key_size >= (2048 if isinstance(key, rsa.RSAPublicKey) else 224)


def test_tc_086(secure_servers: dict[str, Server], authority: pki.Authority) -> None:
    """TLS: Server-side Certificate, Valid Certificate"""
    site = make_site(security_profile=Profile.TLS_BASIC)
    for suite, kind in SUITES.items():
        with connected(site, secure_servers[kind].url, ssl=trusting(authority, suite=suite)) as cp:
            assert cp.socket.tls.cipher()[0] == suite
            assert cp.socket.tls.compression() is None
            check_certificate(cp)
            cp.booted()
    old = trusting(authority)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionResetError)), connected(site, secure_servers["RSA"].url, ssl=old):
        pass


def test_tc_087(behind_proxy: Server, authority: pki.Authority, tmp_path: Path) -> None:
    """TLS: Client-side Certificate, Valid Certificate"""
    site = make_site(security_profile=Profile.TLS_CERTIFICATE)
    site.alter(certificate_name=site.serial)
    context = trusting(authority)
    with proxied(behind_proxy, authority, tmp_path) as server:
        assert refused(site, server, ssl=context, key="") == 401
        context.load_cert_chain(authority.issue("SN-OF-ANOTHER").written(tmp_path))
        assert refused(site, server, ssl=context, key="") == 401
        context.load_cert_chain(authority.issue(site.serial).written(tmp_path))
        with connected(site, server.url, ssl=context, key="") as cp:
            check_certificate(cp)
            cp.booted()
    event = SecurityEvent.objects.filter(station=site.station_id, source=SecurityEvent.Source.CENTRAL_SYSTEM).first()
    assert event is not None
    assert event.type == "InvalidChargePointCertificate"


def test_tc_074(behind_proxy: Server, authority: pki.Authority, tmp_path: Path) -> None:
    """Update Charge Point Certificate by Request of Central System"""
    site = make_site(security_profile=Profile.TLS_CERTIFICATE)
    site.alter(certificate_name=site.serial)
    first, second = trusting(authority), trusting(authority)
    first.load_cert_chain(authority.issue(site.serial).written(tmp_path))
    with proxied(behind_proxy, authority, tmp_path, ca.authority().root()) as server:
        with connected(site, server.url, ssl=first, key="") as cp:
            cp.booted()
            row, call, key = sign_request(cp)
            cp.reply(call, status="Accepted")
        chain = tmp_path / "chain.pem"
        chain.write_bytes(call.payload["certificateChain"].encode() + pki.private_pem(key))
        second.load_cert_chain(chain)
        with connected(site, server.url, ssl=second, key="") as cp:
            cp.booted()
    row.refresh_from_db()
    assert row.state == Certificate.State.INSTALLED


def test_tc_083(server: Server, secure_servers: dict[str, Server], authority: pki.Authority) -> None:
    """Upgrade Charge Point Security Profile: Accepted"""
    site, context = make_site(), trusting(authority)
    with connected(site, server.url) as cp:
        cp.booted()
        accepted(cp, "ChangeConfiguration", {"key": "SecurityProfile", "value": "2"})
        accepted(cp, "Reset", {"type": "Hard"})
    assert (site.station.security_profile, site.station.next_security_profile) == (Profile.BASIC, Profile.TLS_BASIC)
    for _ in range(2):
        with connected(site, secure_servers["RSA"].url, ssl=context) as cp:
            cp.booted()
        assert (site.station.security_profile, site.station.next_security_profile) == (Profile.TLS_BASIC, None)
        assert refused(site, server) == 401


def test_dp_certificate_header_forged(behind_proxy: Server, authority: pki.Authority) -> None:
    """A client certificate in a header counts from the proxy alone"""
    site = make_site(security_profile=Profile.TLS_CERTIFICATE)
    site.alter(certificate_name=site.serial)
    forged = {
        CERTIFICATE: quote(authority.issue(site.serial).pem, safe=""),
        VERDICT: "SUCCESS",
        "X-Forwarded-Proto": "https",
    }
    assert refused(site, behind_proxy, headers=forged) == 401
