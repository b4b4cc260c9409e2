"""What is odd about a station's firmware: its words are made regular before anything hears them; frames stay raw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from stations import patterns
from stations.models import QuirkProfile, Station


@dataclass(frozen=True, slots=True)
class Quirks:
    """One profile as the dialect needs it; `zone` is where its wall clock hangs, if its times are local."""

    energy_unit: str = ""
    registers_start_at_zero: bool = False
    tag_transform: str = ""
    ignores_transaction_id: bool = False
    zone: ZoneInfo | None = None

    def amend(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """A payload as a regular station would have sent it; what cannot be read stays as it is."""
        said = dict(payload)
        if self.zone and "timestamp" in said:
            said["timestamp"] = self._time(said["timestamp"])
        if self.tag_transform and isinstance(said.get("idTag"), str):
            said["idTag"] = TRANSFORMS[self.tag_transform](said["idTag"])
        if self.ignores_transaction_id and action == "MeterValues":
            said.pop("transactionId", None)
        for name in ("meterValue", "transactionData"):
            if isinstance(said.get(name), list):
                said[name] = [self._entry(entry) for entry in said[name]]
        return said

    def _entry(self, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        said = dict(entry)
        if self.zone:
            said["timestamp"] = self._time(said.get("timestamp"))
        if self.energy_unit and isinstance(said.get("sampledValue"), list):
            said["sampledValue"] = [self._sampled(sampled) for sampled in said["sampledValue"]]
        return said

    def _sampled(self, sampled: Any) -> Any:
        if not isinstance(sampled, dict) or not str(sampled.get("measurand") or "Energy.Active").startswith("Energy."):
            return sampled
        return sampled | {"unit": self.energy_unit}

    def _time(self, text: Any) -> Any:
        """A local time, whatever zone it claims, in UTC."""
        try:
            return datetime.fromisoformat(text.strip().upper()).replace(tzinfo=self.zone).astimezone(UTC).isoformat()
        except (AttributeError, ValueError, OverflowError):
            return text


NO_QUIRKS = Quirks()


def profile_of(station: Station) -> QuirkProfile | None:
    """The profile that was given to the station, else the first of those switched on that matches it."""
    if station.quirk_profile_id is not None:
        return station.quirk_profile
    for profile in QuirkProfile.objects.filter(is_on=True):  # the highest priority first
        if patterns.matches(vendor=profile.vendor, model=profile.model, firmware=profile.firmware, of=station):
            return profile
    return None


def read(*, station_id: int, boot: Mapping[str, str]) -> Quirks:
    """The quirks of a station as it is known, or as a Boot that is not copied yet describes it."""
    station = Station.objects.select_related("location", "quirk_profile").get(pk=station_id)
    for name, said in boot.items():
        setattr(station, name, said or getattr(station, name))
    profile = profile_of(station)
    if profile is None:
        return NO_QUIRKS
    return Quirks(
        energy_unit=profile.energy_unit,
        registers_start_at_zero=profile.registers_start_at_zero,
        tag_transform=profile.tag_transform,
        ignores_transaction_id=profile.ignores_transaction_id,
        zone=ZoneInfo(station.location.time_zone) if profile.sends_local_time and station.location else None,
    )


def any_known() -> bool:
    """Whether there is any profile at all: where there is none, no station is asked about."""
    return QuirkProfile.objects.exists()


def reverse_bytes(tag: str) -> str:
    """Hex digits with their bytes in reverse order; anything else as it is."""
    try:
        return bytes.fromhex(tag)[::-1].hex().upper() if tag.isalnum() else tag
    except ValueError:
        return tag


def strip_zeros(tag: str) -> str:
    """Without leading zeros; of nothing but zeros one is left."""
    return tag.lstrip("0") or tag[:1]


TRANSFORMS: dict[str, Callable[[str], str]] = {
    QuirkProfile.TagTransform.REVERSE_BYTES: reverse_bytes,
    QuirkProfile.TagTransform.STRIP_ZEROS: strip_zeros,
}
