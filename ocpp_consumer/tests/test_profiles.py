"""Security profiles at the door (W 2, A05): enforced, raised when a station comes as it was told to, never lowered."""

from typing import Any

import pytest

from ocpp_consumer.tests.certificates import escaped_certificate
from ocpp_consumer.tests.server import Server, basic, eventually, in_db, is_let_in, make_station
from stations.models import SecurityEvent, Station
from stations.registry import expect_profile

Profile = Station.SecurityProfile
TLS = {"X-Forwarded-Proto": "https"}
PATH = "/ocpp/CP%201"


def tls_with(certificate: str, *, verified: str = "SUCCESS") -> dict[str, str]:
    """What a proxy says of a station with a client certificate."""
    return TLS | {"X-Client-Cert": certificate, "X-SSL-Client-Verify": verified}


@pytest.fixture
def proxy(settings: Any) -> None:
    """Whoever connects from this machine is our TLS proxy."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.OCPP_TRUSTED_PROXY_ADDRESSES = ["192.0.2.0/24", "127.0.0.1"]
    settings.OCPP_CLIENT_CERTIFICATE_HEADER = "X-Client-Cert"


async def profile_now() -> tuple[int, int | None]:
    """The station's profile, and the one that it was told to take."""
    now = await in_db(Station.objects.get)()
    return now.security_profile, now.next_security_profile


@pytest.mark.usefixtures("proxy")
@pytest.mark.parametrize("profile", list(Profile), ids=str)
async def test_it_lets_no_station_in_below_its_profile(server: Server, profile: Profile) -> None:
    _, key = await in_db(make_station)(security_profile=profile, certificate_name="SN-1")
    has_key, certified = basic("CP 1", key), tls_with(escaped_certificate("SN-1"))
    assert await is_let_in(server, PATH) is (profile < 1)
    assert await is_let_in(server, PATH, headers=TLS) is (profile < 1)
    assert await is_let_in(server, PATH, headers=has_key) is (profile < 2)
    assert await is_let_in(server, PATH, headers=has_key | TLS) is (profile < 3)
    assert await is_let_in(server, PATH, headers=certified) is (profile in (0, 3))
    assert await is_let_in(server, PATH, headers=has_key | certified)
    assert await profile_now() == (profile, None)


@pytest.mark.usefixtures("proxy")
async def test_it_believes_of_tls_only_the_proxies_that_it_knows(server: Server, settings: Any) -> None:
    settings.OCPP_TRUSTED_PROXY_ADDRESSES = ["192.0.2.0/24"]
    _, key = await in_db(make_station)(security_profile=Profile.TLS_BASIC)
    assert not await is_let_in(server, PATH, headers=basic("CP 1", key) | TLS)
    settings.OCPP_TRUSTED_PROXY_ADDRESSES = []
    assert await is_let_in(server, PATH, headers=basic("CP 1", key) | TLS)
    settings.SECURE_PROXY_SSL_HEADER = None
    assert not await is_let_in(server, PATH, headers=basic("CP 1", key) | TLS)


@pytest.mark.usefixtures("proxy")
async def test_it_asks_tls_of_everybody_if_it_is_told_to(server: Server, settings: Any) -> None:
    settings.OCPP_REQUIRE_TLS = True
    station, key = await in_db(make_station)()
    assert not await is_let_in(server, PATH, headers=basic("CP 1", key))
    assert await is_let_in(server, PATH, headers=basic("CP 1", key) | TLS)
    await in_db(Station.objects.filter(pk=station.pk).update)(allows_plain=True)
    assert await is_let_in(server, PATH, headers=basic("CP 1", key))
    await in_db(Station.objects.filter(pk=station.pk).update)(security_profile=Profile.TLS_BASIC)
    assert not await is_let_in(server, PATH, headers=basic("CP 1", key))


@pytest.mark.usefixtures("proxy")
async def test_it_raises_the_profile_of_a_station_that_comes_as_it_was_told_to(server: Server) -> None:
    station, key = await in_db(make_station)()
    has_key = basic("CP 1", key)
    assert await in_db(expect_profile)(station_id=station.pk, profile=2)
    assert await is_let_in(server, PATH, headers=has_key)  # it has not changed over yet
    assert await profile_now() == (1, 2)
    assert not await is_let_in(server, PATH, headers=basic("CP 1", "0" * 40) | TLS)
    assert await is_let_in(server, PATH, headers=has_key | TLS)
    assert await profile_now() == (2, None)
    assert not await is_let_in(server, PATH, headers=has_key)
    assert await is_let_in(server, PATH, headers=has_key | TLS)


@pytest.mark.usefixtures("proxy")
async def test_it_raises_a_station_to_certificates_without_its_key(server: Server) -> None:
    station, key = await in_db(make_station)(security_profile=Profile.TLS_BASIC, certificate_name="SN-1")
    certified = tls_with(escaped_certificate("SN-1"))
    assert not await is_let_in(server, PATH, headers=certified)
    assert await in_db(expect_profile)(station_id=station.pk, profile=3)
    assert await is_let_in(server, PATH, headers=certified)
    assert await profile_now() == (3, None)
    assert not await is_let_in(server, PATH, headers=basic("CP 1", key) | TLS)
    assert not await in_db(expect_profile)(station_id=station.pk, profile=2)


@pytest.mark.usefixtures("proxy")
async def test_it_looks_at_certificates_itself(server: Server, settings: Any) -> None:
    station, _ = await in_db(make_station)(security_profile=Profile.TLS_CERTIFICATE, certificate_name="SN-1")
    good = escaped_certificate("SN-1", organisation="The DrivePower company")
    assert await is_let_in(server, PATH, headers=tls_with(good))
    for headers in (
        tls_with(escaped_certificate("SN-2")),
        tls_with(escaped_certificate("SN-1", "SN-2")),
        tls_with(escaped_certificate()),
        tls_with(escaped_certificate("SN-1", organisation="Somebody")),
        tls_with(escaped_certificate("SN-1", valid=(-2, -1))),
        tls_with(escaped_certificate("SN-1", valid=(1, 2))),
        tls_with("not%20a%20certificate"),
        tls_with(""),
        tls_with(good, verified="FAILED:self-signed certificate"),
        tls_with(good, verified="NONE"),
        {name: value for name, value in tls_with(good).items() if name != "X-SSL-Client-Verify"},
        {name: value for name, value in tls_with(good).items() if name != "X-Forwarded-Proto"},
        TLS,
    ):
        assert not await is_let_in(server, PATH, headers=headers), headers
    event = await eventually(
        lambda: SecurityEvent.objects.filter(type="InvalidChargePointCertificate").first(), "an event"
    )
    assert "a certificate of another station" in event.detail
    await in_db(Station.objects.filter(pk=station.pk).update)(certificate_name="")
    assert not await is_let_in(server, PATH, headers=tls_with(escaped_certificate()))


@pytest.mark.usefixtures("proxy")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OCPP_TRUSTED_PROXY_ADDRESSES", []),
        ("OCPP_TRUSTED_PROXY_ADDRESSES", ["192.0.2.1"]),
        ("OCPP_CLIENT_CERTIFICATE_HEADER", ""),
    ],
)
async def test_it_takes_certificates_from_nobody_but_its_proxy(
    server: Server, settings: Any, name: str, value: Any
) -> None:
    setattr(settings, name, value)
    await in_db(make_station)(security_profile=Profile.TLS_CERTIFICATE, certificate_name="SN-1")
    assert not await is_let_in(server, PATH, headers=tls_with(escaped_certificate("SN-1")))
