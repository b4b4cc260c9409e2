"""What stations are set to: kept as it was read, compared with what operators want, changed and read back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext

from drivepower.core.texts import storable
from stations import commands, patterns
from stations.models import Command, ConfigurationKey, ConfigurationTemplate, Station

# Parts of the names of keys whose value is never kept.
SECRET_KEYS = ("authorizationkey", "apikey", "privatekey", "password", "passwd", "secret", "token", "psk", "pwd")
FILLERS = str.maketrans("", "", "_- .")
# The key is made when it is sent, and a profile must never be lowered: neither is a matter of templates.
NOT_OF_TEMPLATES = frozenset({"authorizationkey", "securityprofile"})
BLANKED = "***"
MOST_KEPT = 1000
EXPIRY = timedelta(minutes=5)
UNDER_WAY = (Command.State.QUEUED, Command.State.SENT)


class Drift(NamedTuple):
    """A key that is not as it is wanted; `found` is None where the station never said."""

    key: str
    wanted: str
    found: str | None


def note_read(
    *, station: Station, configuration: Iterable[Mapping[str, Any]], unknown: Iterable[str], at: datetime
) -> None:
    """Keep an answer to GetConfiguration, secrets without their value, and judge the changes that it reads back."""
    rows = {key: ConfigurationKey(key=key, is_known=False) for word in unknown if (key := _name(word))}
    for entry in configuration:
        if key := _name(entry.get("key")):
            is_read_only = str(entry.get("readonly")).casefold() == "true"
            rows[key] = ConfigurationKey(key=key, value=_kept(key, entry.get("value")), is_read_only=is_read_only)
    kept = [rows[key] for key in sorted(rows)[:MOST_KEPT]]
    for row in kept:
        row.station, row.read_at = station, at
    ConfigurationKey.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["station", "key"],
        update_fields=["value", "is_read_only", "is_known", "read_at"],
    )
    _judge(station, {row.key.casefold(): row.value for row in kept}, at=at)


def note_set(*, station: Station, key: str, value: str, at: datetime) -> None:
    """The station has accepted a value; one that it described before is known as read-only or not."""
    if name := _name(key):
        known = ConfigurationKey.objects.filter(station=station, key__iexact=name)
        fresh = {"value": _kept(name, value), "is_known": True, "read_at": at}
        if not known.update(**fresh):
            ConfigurationKey.objects.update_or_create(station=station, key=name, defaults=fresh)


def read(*, station: Station, keys: list[str], asked_by: str, at: datetime) -> list[Command]:
    """Ask for some keys, or for all when none is named, in portions that the station takes."""
    portion = most_keys(station) or len(keys) or 1
    portions = [keys[first : first + portion] for first in range(0, len(keys), portion)] or [[]]
    return [
        commands.send(
            station=station,
            intent="read_configuration",
            payload={"keys": asked},
            asked_by=asked_by,
            expires_at=at + EXPIRY,
            at=at,
        )
        for asked in portions
    ]


def most_keys(station: Station) -> int | None:
    """How many keys the station answers for at once, if it ever said (S 9.1.7)."""
    found = ConfigurationKey.objects.filter(station=station, key__iexact="GetConfigurationMaxKeys").first()
    digits = (found and found.value) or ""
    return int(digits) or None if digits.isascii() and digits.isdigit() and len(digits) < 7 else None


def is_read_only(station: Station, key: str) -> bool:
    """Whether the station said so."""
    return ConfigurationKey.objects.filter(station=station, key__iexact=key, is_read_only=True).exists()


def template_for(station: Station, *, onboarding: bool) -> ConfigurationTemplate | None:
    """The template of the highest priority that fits the station; before it is accepted, one that is meant for then."""
    templates = ConfigurationTemplate.objects.order_by("-priority", "name")
    for template in templates.filter(is_for_onboarding=True) if onboarding else templates:
        fits = {"vendor": template.vendor, "model": template.model, "firmware": template.firmware}
        if patterns.matches(of=station, **fits):
            return template
    return None


def drift(station: Station) -> list[Drift]:
    """What is not as the station's template wants it, by key."""
    template = template_for(station, onboarding=station.registration == Station.Registration.PENDING)
    if template is None:
        return []
    found = {row.key.casefold(): row.value for row in station.configuration.all()}
    wanted = {key: text_of(value) for key, value in sorted(template.wanted.items()) if is_of_templates(key)}
    compared = (Drift(key, value, found.get(key.casefold())) for key, value in wanted.items())
    return [one for one in compared if not same(one.wanted, one.found)]


def apply_template(*, station: Station, asked_by: str, at: datetime) -> list[Command]:
    """Ask the station for everything that drifts and is not on its way yet; what it accepts is read back."""
    under_way = Command.objects.filter(
        station=station, intent="set_configuration", state__in=UNDER_WAY, expires_at__gt=at
    )
    asked = {(payload["key"], payload["value"]) for payload in under_way.values_list("payload", flat=True)}
    return [
        commands.send(
            station=station,
            intent="set_configuration",
            payload={"key": one.key, "value": one.wanted},
            asked_by=asked_by,
            awaits=sign_of(one.key),
            expires_at=at + EXPIRY,
            at=at,
        )
        for one in drift(station)
        if (one.key, one.wanted) not in asked
    ]


def why_none(station: Station) -> str:
    """Why applying its template asks the station for nothing, in the language in force."""
    if template_for(station, onboarding=station.registration == Station.Registration.PENDING) is None:
        return gettext("No template fits this station.")
    if drift(station):
        return gettext("All that differs from its template has been asked for already: its answers come here.")
    return gettext("Nothing differs from its template.")


def sign_of(key: str) -> str:
    """The sign that a change awaits which is to be read back."""
    return f"configuration:{key}"


def is_of_templates(key: str) -> bool:
    """Whether a template may want a value of this key."""
    return key.casefold() not in NOT_OF_TEMPLATES and not is_secret(key)


def is_secret(key: str) -> bool:
    """Whether the value of this key is nobody's business."""
    folded = key.casefold().translate(FILLERS)
    return any(part in folded for part in SECRET_KEYS)


def text_of(value: Any) -> str:
    """A value as OCPP writes it: every one is a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def same(wanted: str, found: str | None) -> bool:
    """Whether two values mean the same: lists without regard to blanks, true and false without regard to case."""
    return found is not None and _plain(wanted) == _plain(found)


def _plain(value: str) -> str:
    text = ",".join(part.strip() for part in value.split(","))
    return text.casefold() if text.casefold() in {"true", "false"} else text


def _name(key: Any) -> str:
    return str(storable(key)).strip()[:500] if isinstance(key, str) else ""


def _kept(key: str, value: Any) -> str | None:
    if value is None or value == BLANKED or is_secret(key):
        return None
    return str(storable(text_of(value)))


def _judge(station: Station, found: Mapping[str, str | None], *, at: datetime) -> None:
    """Whether changes that were to be read back are in force."""
    effect, prefix = Command.Effect, sign_of("")
    waiting = Command.objects.filter(station=station, effect=effect.EXPECTED, awaits__startswith=prefix)
    for command in waiting.filter(state=Command.State.ACCEPTED):
        key = command.awaits.removeprefix(prefix).casefold()
        if key in found:
            is_so = same(text_of(command.payload.get("value")), found[key])
            Command.objects.filter(pk=command.pk, effect=effect.EXPECTED).update(
                effect=effect.SEEN if is_so else effect.NOT_SEEN, effect_at=at if is_so else None
            )
