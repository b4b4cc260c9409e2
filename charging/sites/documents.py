"""The `csChargingProfiles` that stations are sent. Pure.

Always at the lowest stack level, so that what people set goes first.
"""

from datetime import datetime
from typing import Any

from charging.models import ChargingProfile
from charging.sites.deciding import Ask
from charging.sites.places import HELD_FOR

Purpose = ChargingProfile.Purpose


def of_share(ask: Ask, *, transaction_id: int, at: datetime) -> dict[str, Any]:
    """A TxProfile of a charge, always under the same id; one above the fallback ends by itself, if the link is lost."""
    last = ask.place.sent
    document = _limiting(ask, Purpose.TX) | {"transactionId": transaction_id}
    if ask.share_a > ask.place.remembered_a():  # one that was forgotten is sent again at the same time
        document["validTo"] = (at + HELD_FOR).isoformat(timespec="seconds").replace("+00:00", "Z")
    return document | ({"chargingProfileId": last.profile_id} if last else {})


def of_fallback(ask: Ask) -> dict[str, Any]:
    """A TxDefaultProfile of a connector, always under the same id."""
    last = ask.place.fallbacks[-1] if ask.place.fallbacks else None
    return _limiting(ask, Purpose.TX_DEFAULT) | ({"chargingProfileId": last.profile_id} if last else {})


def _limiting(ask: Ask, purpose: str) -> dict[str, Any]:
    """From the moment at which the station takes it; a single-phase connector says that it is one (7.13)."""
    outlet = ask.place.outlet
    period: dict[str, Any] = {"startPeriod": 0, "limit": float(outlet.limit(ask.share_a))}
    if outlet.phases and outlet.unit == "A":
        period["numberPhases"] = outlet.phases
    return {
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": {"chargingRateUnit": outlet.unit, "chargingSchedulePeriod": [period]},
    }
