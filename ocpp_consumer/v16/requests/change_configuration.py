"""ChangeConfiguration (S 5.3): any key as a text; the station's own key is made when it is sent, and seen by nobody."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from drivepower.core.sentences import sentence
from ocpp_consumer.v16 import intents
from ocpp_consumer.v16.requests import settable
from ocpp_consumer.v16.requests.kinds import Prepared, Withheld
from stations import configuration, contest, registry
from stations.models import Command, Station

KEY = "authorizationkey"
PROFILE = "securityprofile"
# A CALLERROR that says that nothing was changed.
ABSENT = frozenset({"NotSupported", "NotImplemented"})


def forbid(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """No key that a person has seen (W A01.FR.06), and no lower security profile (W A00.FR.005)."""
    name, value = key_of(payload), payload.get("value")
    if name == KEY and value not in (None, ""):
        yield sentence("A station's key is made here and shown to nobody: leave its value empty.")
    asked = settable.whole(str(value).strip())
    if name == PROFILE and value is not None and (asked is None or asked < station.security_profile):
        yield sentence("A security profile is never lowered this way.")


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """Values as the specification (S 9) and the station itself have described them."""
    key, value = payload["key"], payload.get("value")
    if key_of(payload) == KEY:
        if not station.key_hash:
            yield sentence("Station %(station)s has no key yet: issue one first.", station=station.code)
        return
    if value is None:
        yield sentence("value is missing.")
        return
    yield from settable.problems(key, value)
    if configuration.is_read_only(station, key):
        yield sentence("Station %(station)s says that %(key)s is read-only.", station=station.code, key=key)
    if key_of(payload) == PROFILE:
        yield from profile_problems(station, value)


def profile_problems(station: Station, value: str) -> Iterator[str]:
    """What a station needs to come back under that security profile."""
    if settable.whole(value) not in Station.SecurityProfile.values:
        yield sentence("A security profile is a number from 1 to 3.")
    elif int(value) == Station.SecurityProfile.TLS_CERTIFICATE and not station.certificate_name:
        yield sentence("Write down first which name its client certificate carries: it could not come back.")


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its effect is what is read back afterwards, where stations may be read unasked."""
    if key_of(payload) == KEY:
        return Prepared({"key": "AuthorizationKey"})
    return Prepared(payload, awaits=configuration.sign_of(payload["key"]) if settings.OCPP_AUTO_PROVISION else "")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """The payload, with a new key where the station's own is to change; Withheld while two sockets fight for it."""
    payload = intents.translate(command.intent, command.payload)[1]
    if key_of(payload) != KEY:
        return payload
    if contest.is_contested(command.station_id):
        raise Withheld("station_contested")
    return {"key": "AuthorizationKey", "value": registry.begin_rotation(station=command.station)}


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Settle a rotation, expect a higher profile, note the value, read it back where that was asked for."""
    payload = intents.translate(command.intent, command.payload)[1]
    word = answer.get("status") or answer.get("error")
    if key_of(payload) == KEY:
        settle(command.station_id, word, at=at)
    elif state == Command.State.ACCEPTED:
        if key_of(payload) == PROFILE and (profile := settable.whole(payload.get("value"))) is not None:
            registry.expect_profile(station_id=command.station_id, profile=profile)
        note(command, payload, word, at=at)


def note(command: Command, payload: Mapping[str, Any], word: Any, *, at: datetime) -> None:
    """Keep an accepted value, except where it waits for a reboot; read it back where that was asked for."""
    key, value = str(payload["key"]), payload.get("value")
    if word == "Accepted" and isinstance(value, str):
        configuration.note_set(station=command.station, key=key, value=value, at=at)
    if command.awaits:
        configuration.read(station=command.station, keys=[key], asked_by=command.asked_by, at=at)


def settle(station_id: int, word: Any, *, at: datetime) -> None:
    """Taken, refused, or in doubt until the station connects with one of the two (W A01.FR.02-05)."""
    if word == "Accepted":
        registry.settle_rotation(station_id=station_id, accepted=True, at=at)
    elif word == "RebootRequired":
        registry.await_reboot(station_id=station_id)
    elif word in {"Rejected", *ABSENT}:
        registry.settle_rotation(station_id=station_id, accepted=False, at=at)


def key_of(payload: Mapping[str, Any]) -> str:
    """Which key is meant, whatever its case."""
    key = payload.get("key")
    return key.strip().casefold() if isinstance(key, str) else ""
