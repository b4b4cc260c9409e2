"""What frames, handshakes and operators say about hardware, written to where it is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest

from drivepower.core.keys import hash_key, new_key
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations.models import ConfigurationTemplate, Connector, Knock, SecurityEvent, Station
from stations.security import note_event

BOOT_FIELDS = ("vendor", "model", "serial", "firmware")
HIGHEST_CONNECTOR = 100
# Strangers may knock as often as they like; they never fill the database.
KNOCKS_KEPT = 10_000
# Whoever has been silent for so long has gone elsewhere.
KNOCKS_REMEMBERED = timedelta(days=90)


def copy_boot(*, station_id: int, fields: Mapping[str, str]) -> None:
    """Copy vendor, model, serial and firmware of a Boot to the station where they differ; what is empty is not said."""
    said = {name: storable(fields[name])[:100] for name in BOOT_FIELDS if fields.get(name)}
    if said:
        Station.objects.filter(pk=station_id).exclude(**said).update(**said)


def connectors() -> list[tuple[int, int]]:
    """The connectors of all stations, each by its station's key and its number."""
    return list(Connector.objects.values_list("station_id", "number"))


def ensure_connector(*, station: Station, number: int) -> Connector:
    """The connector of that number, made when a frame names it first; Refusal connector_not_found beyond 100."""
    if not 0 <= number <= HIGHEST_CONNECTOR:
        raise Refusal("connector_not_found", sentence("No station has a connector %(number)s.", number=number))
    return Connector.objects.get_or_create(station=station, number=number)[0]


def issue_key(*, station: Station) -> str:
    """A new key, 40 hex digits, shown this once; the one before it stays valid until the station uses the new one.

    While two keys are in doubt it ends the older one: a person who types a key into a station needs no third.
    """
    key = new_key()
    Station.objects.filter(pk=station.pk).update(
        previous_key_hash=F("key_hash"), key_hash=hash_key(key.encode()), key_in_doubt=False
    )
    return key


def begin_rotation(*, station: Station) -> str:
    """A new key to be sent to the station; both it and the one before it are valid until one of them is proven.

    Refusal rotation_unsettled while an earlier one still is in doubt: which two of three keys to keep nobody knows.
    """
    key = new_key()
    begun = Station.objects.filter(pk=station.pk, key_in_doubt=False).update(
        previous_key_hash=F("key_hash"), key_hash=hash_key(key.encode()), key_in_doubt=True
    )
    if not begun:
        raise Refusal("rotation_unsettled", "Whether the station took the last new key shows when it connects next.")
    return key


def settle_rotation(*, station_id: int, accepted: bool | None, at: datetime) -> None:
    """What became of a rotation (W A01): taken, the old key goes; refused, it stays; None, a connect decides."""
    if accepted is None:
        return
    detail = "The station took a new key." if accepted else "The station refused a new key."
    if keep_key(station_id=station_id, newest=accepted):
        note_event(
            station_id=station_id,
            source=SecurityEvent.Source.CENTRAL_SYSTEM,
            type="ReconfigurationOfSecurityParameters",
            detail=detail,
            happened_at=at,
            received_at=at,
        )


def await_reboot(*, station_id: int) -> None:
    """The station takes its new key when it boots: until it comes with that one, coming with the old proves nothing."""
    Station.objects.filter(pk=station_id).update(key_in_doubt=False)


def retire_previous_key(*, station_id: int, key_hash: str) -> None:
    """The station has used the key of this hash: while that is its newest, the one before it is refused from now on."""
    Station.objects.filter(pk=station_id, key_hash=key_hash).update(previous_key_hash="", key_in_doubt=False)


def keep_key(*, station_id: int, newest: bool) -> bool:
    """End the doubt between two keys: only the newest stays, or only the one before it; False where was no doubt."""
    kept = F("key_hash") if newest else F("previous_key_hash")
    in_doubt = Station.objects.filter(pk=station_id, key_in_doubt=True)
    return in_doubt.update(key_hash=kept, previous_key_hash="", key_in_doubt=False) == 1


def expect_profile(*, station_id: int, profile: int) -> bool:
    """The station agreed to a higher security profile and takes it at its next connect; False if it is not higher."""
    lower = Station.objects.filter(pk=station_id, security_profile__lt=profile)
    return profile in Station.SecurityProfile.values and lower.update(next_security_profile=profile) == 1


def raise_profile(*, station_id: int, profile: int) -> bool:
    """The station connected as it was told to: what is below is refused from now on (W A05.FR.09)."""
    told = Station.objects.filter(pk=station_id, next_security_profile=profile, security_profile__lt=profile)
    return told.update(security_profile=profile, next_security_profile=None) == 1


def accept(*, station: Station, at: datetime) -> bool:
    """Let the station work; it hears so at its next Boot. False if it already may."""
    return register(station=station, registration=Station.Registration.ACCEPTED, at=at)


def first_registration() -> Station.Registration:
    """What a new station is told: to wait, where stations are set up before they work."""
    is_set_up_first = ConfigurationTemplate.objects.filter(is_for_onboarding=True).exists()
    return Station.Registration.PENDING if is_set_up_first else Station.Registration.ACCEPTED


def register(*, station: Station, registration: Station.Registration, at: datetime) -> bool:
    """What the station is told at its next Boot, noted as a security event; False if that is what it was told."""
    moved = Station.objects.filter(pk=station.pk).exclude(registration=registration).update(registration=registration)
    if moved:
        note_event(
            station_id=station.pk,
            source=SecurityEvent.Source.CENTRAL_SYSTEM,
            type="RegistrationChanged",
            detail=Station.Registration(registration).value,
            happened_at=at,
            received_at=at,
        )
    return moved == 1


def knock(*, kind: Knock.Kind, value: str, reason: str, address: str, key_hash: str, at: datetime) -> None:
    """Remember a stranger, or count once more; beyond 10,000 the one that was silent longest is forgotten.

    The first key that was offered stays; that another one came is marked, since anyone may knock under any name.
    """
    value = storable(value)[:255]
    said = {"reason": reason, "address": storable(address)[:60]}
    known = Knock.objects.filter(kind=kind, value=value)
    if known.update(count=F("count") + 1, last_at=Greatest(F("last_at"), at), **said, **_compared(key_hash)):
        return
    stranger = Knock(kind=kind, value=value, first_at=at, last_at=at, key_hash=key_hash, **said)
    Knock.objects.bulk_create([stranger], ignore_conflicts=True)
    surplus = Knock.objects.order_by("-last_at", "-id")[KNOCKS_KEPT:]
    Knock.objects.filter(pk__in=surplus.values("pk")).delete()


def _compared(key_hash: str) -> dict[str, Case]:
    """What another key changes in a knock; none offered is no other one."""
    if not key_hash:
        return {}
    is_same = Q(key_hash__in=["", key_hash])
    return {
        "key_hash": Case(When(key_hash="", then=Value(key_hash)), default=F("key_hash")),
        "keys_differ": Case(When(is_same, then=F("keys_differ")), default=Value(True)),
    }


@transaction.atomic
def adopt(*, knock: Knock, code: str, asked_by: str, at: datetime, **fields: Any) -> Station:
    """Make a station of a stranger: it comes in with the key that it offered.

    It has no key, and needs one issued, if it offered none or several: any of them may be somebody else's. It is
    planned, and shown to nobody, until an operator says otherwise; where stations are set up before they work, it waits
    for that. Refusal station_not_adopted says what is wrong with the knock, the code or the fields.
    """
    if knock.kind != Knock.Kind.STATION:
        raise Refusal("station_not_adopted", "This is a card, not a station.")
    said = {"registration": first_registration(), "key_hash": "" if knock.keys_differ else knock.key_hash, **fields}
    unseen = {"service_state": Station.ServiceState.PLANNED, "is_public": False}
    station = Station(code=code, identity=knock.value, **(unseen | said))
    try:
        station.full_clean()
        with transaction.atomic():
            station.save()
    except ValidationError as error:
        raise Refusal("station_not_adopted", " ".join(error.messages), {"problems": error.messages}) from error
    except IntegrityError as error:
        raise Refusal("station_not_adopted", "Somebody has just made a station of this name or code.") from error
    note_event(
        station_id=station.pk,
        source=SecurityEvent.Source.CENTRAL_SYSTEM,
        type="StationAdopted",
        detail=f"by {asked_by}, last heard from {knock.address}",
        happened_at=at,
        received_at=at,
    )
    knock.delete()
    return station


def retire_knocks(*, at: datetime) -> int:
    """Forget stations that are known by now, and whoever was silent for 90 days; answers how many."""
    known = Q(kind=Knock.Kind.STATION, value__in=Station.objects.values("identity"))
    return Knock.objects.filter(known | Q(last_at__lt=at - KNOCKS_REMEMBERED)).delete()[0]
