"""Security profiles (W 2): the least that a station must bring; more is welcome, less never."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from ocpp_consumer.handshake import certificate
from ocpp_consumer.handshake.caller import Caller
from stations.models import Station

Profile = Station.SecurityProfile


class Shortfall(NamedTuple):
    """Why a known station was refused, in the words of a SecurityEvent (W 7)."""

    type: str
    detail: str


WRONG_KEY = Shortfall("FailedToAuthenticateAtCentralSystem", "no key or a wrong one")
RETIRED = Shortfall("FailedToAuthenticateAtCentralSystem", "the station is retired")
NO_TLS = Shortfall("InvalidTLSVersion", "no TLS, which its security profile or OCPP_REQUIRE_TLS asks for")


def judge(station: Station, caller: Caller, *, has_key: bool, at: datetime) -> tuple[int, Shortfall | None]:
    """The profile that the caller fulfils, its own or the higher one that it was told to take, or what is missing."""
    if station.service_state == Station.ServiceState.RETIRED:
        return station.security_profile, RETIRED
    own, told = station.security_profile, station.next_security_profile or 0
    if told > own and not shortfall_of(told, station, caller, has_key=has_key, at=at):
        return told, None
    return own, shortfall_of(own, station, caller, has_key=has_key, at=at)


def shortfall_of(profile: int, station: Station, caller: Caller, *, has_key: bool, at: datetime) -> Shortfall | None:
    """What a caller lacks for a profile."""
    if profile == Profile.TLS_CERTIFICATE:
        fault = certificate.fault_of(caller.certificate, name=station.certificate_name, at=at)
        if fault:
            return Shortfall("InvalidChargePointCertificate", fault)
    elif profile != Profile.OPEN and not has_key:
        return WRONG_KEY
    must_be_secure = profile >= Profile.TLS_BASIC or (settings.OCPP_REQUIRE_TLS and not station.allows_plain)
    return NO_TLS if must_be_secure and not caller.is_secure else None
