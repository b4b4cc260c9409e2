"""What frames and handshakes say about hardware, copied to where operators keep it."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from drivepower.core.keys import hash_key, new_key
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from stations.models import Connector, Knock, Station

BOOT_FIELDS = ("vendor", "model", "serial", "firmware")
HIGHEST_CONNECTOR = 100
# Strangers may knock as often as they like; they never fill the database.
KNOCKS_KEPT = 10_000


def copy_boot(*, station_id: int, fields: Mapping[str, str]) -> None:
    """Copy vendor, model, serial and firmware of a Boot to the station where they differ; what is empty is not said."""
    said = {name: storable(fields[name])[:100] for name in BOOT_FIELDS if fields.get(name)}
    if said:
        Station.objects.filter(pk=station_id).exclude(**said).update(**said)


def ensure_connector(*, station: Station, number: int) -> Connector:
    """The connector of that number, made when a frame names it first; Refusal connector_not_found beyond 100."""
    if not 0 <= number <= HIGHEST_CONNECTOR:
        raise Refusal("connector_not_found", f"No station has a connector {number}.")
    return Connector.objects.get_or_create(station=station, number=number)[0]


def issue_key(*, station: Station) -> str:
    """A new key, 40 hex digits, shown this once; the one before it stays valid until the next is issued."""
    key = new_key()
    Station.objects.filter(pk=station.pk).update(previous_key_hash=F("key_hash"), key_hash=hash_key(key.encode()))
    return key


def knock(*, kind: Knock.Kind, value: str, reason: str, address: str, key_hash: str, at: datetime) -> None:
    """Remember a stranger, or count once more; beyond 10,000 the one that was silent longest is forgotten."""
    value = storable(value)[:255]
    said = {"reason": reason, "address": storable(address)[:60], "key_hash": key_hash}
    known = Knock.objects.filter(kind=kind, value=value)
    if known.update(count=F("count") + 1, last_at=Greatest(F("last_at"), at), **said):
        return
    Knock.objects.bulk_create([Knock(kind=kind, value=value, first_at=at, last_at=at, **said)], ignore_conflicts=True)
    surplus = Knock.objects.order_by("-last_at", "-id")[KNOCKS_KEPT:]
    Knock.objects.filter(pk__in=surplus.values("pk")).delete()
