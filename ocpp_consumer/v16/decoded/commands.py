"""What we ask of stations, in words, and what they answer."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ocpp_consumer.v16.decoded.parts import (
    LONGEST_WORD,
    Payload,
    Said,
    clean,
    connector,
    entries,
    labelled,
    moment,
    nothing,
    status,
    tag,
    text,
    texts,
    transaction,
)

MOST_KEYS = 5


def start(said: Payload, zone: ZoneInfo) -> list[str]:
    """Where, and for whom."""
    return [connector(said), tag(said)]


def stop(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which."""
    return [transaction(said)]


def at_connector(said: Payload, zone: ZoneInfo) -> list[str]:
    """Where, and how it is to be."""
    return [connector(said), *texts(said, "type")]


def reset(said: Payload, zone: ZoneInfo) -> list[str]:
    """How hard."""
    return texts(said, "type")


def set_key(said: Payload, zone: ZoneInfo) -> list[str]:
    """A key and its new value."""
    return [" = ".join(texts(said, "key", "value"))]


def get_keys(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which keys, all where none is named."""
    wanted = said.get("key")
    if not isinstance(wanted, list) or not wanted:
        return [_("all keys")]
    return shortened([clean(str(key)[: LONGEST_WORD * 2], LONGEST_WORD) for key in wanted])


def keys(said: Payload, zone: ZoneInfo) -> list[str]:
    """What is set, and what is unknown."""
    found = [" = ".join(texts(one, "key", "value")) for one in entries(said, "configurationKey")]
    unknown = said.get("unknownKey")
    strange = [_("unknown: %(count)s") % {"count": len(unknown)}] if isinstance(unknown, list) and unknown else []
    return [*shortened(found), *strange]


def shortened(names: list[str]) -> list[str]:
    """The first of them, and how many more there are."""
    more = len(names) - MOST_KEYS
    return [*names[:MOST_KEYS], _("%(count)s more keys") % {"count": more} if more > 0 else ""]


def trigger(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which message is wanted."""
    return [*texts(said, "requestedMessage"), connector(said)]


def reserve(said: Payload, zone: ZoneInfo) -> list[str]:
    """Where, for whom, until when."""
    until = moment(said, "expiryDate", zone)
    expiry = _("until %(time)s") % {"time": until} if until else ""
    return [connector(said), tag(said), expiry, *labelled(said, reservationId=_("reservation"))]


def cancel(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which."""
    return labelled(said, reservationId=_("reservation"))


def local_list(said: Payload, zone: ZoneInfo) -> list[str]:
    """How many tags of which version."""
    count = len(entries(said, "localAuthorizationList"))
    return [*texts(said, "updateType"), *version(said, zone), _("tags: %(count)s") % {"count": count}]


def version(said: Payload, zone: ZoneInfo) -> list[str]:
    """The version of its list."""
    return labelled(said, listVersion=_("version"))


def firmware(said: Payload, zone: ZoneInfo) -> list[str]:
    """From where, and when."""
    return [text(said, "location"), moment(said, "retrieveDate", zone)]


def diagnostics(said: Payload, zone: ZoneInfo) -> list[str]:
    """Where to, and of which time."""
    span = [moment(said, name, zone) for name in ("startTime", "stopTime")]
    return [text(said, "location"), " – ".join(filter(None, span))]


def file_name(said: Payload, zone: ZoneInfo) -> list[str]:
    """What it is called."""
    return texts(said, "fileName")


CALLS: Mapping[str, Said] = {
    "CancelReservation": cancel,
    "ChangeAvailability": at_connector,
    "ChangeConfiguration": set_key,
    "ClearCache": nothing,
    "ExtendedTriggerMessage": trigger,
    "GetConfiguration": get_keys,
    "GetDiagnostics": diagnostics,
    "GetLocalListVersion": nothing,
    "RemoteStartTransaction": start,
    "RemoteStopTransaction": stop,
    "ReserveNow": reserve,
    "Reset": reset,
    "SendLocalList": local_list,
    "TriggerMessage": trigger,
    "UnlockConnector": at_connector,
    "UpdateFirmware": firmware,
}
ANSWERS: Mapping[str, Said] = {
    "GetConfiguration": keys,
    "GetDiagnostics": file_name,
    "GetLocalListVersion": version,
    **{
        name: status
        for name in CALLS
        if name not in ("GetConfiguration", "GetDiagnostics", "GetLocalListVersion", "UpdateFirmware")
    },
}
