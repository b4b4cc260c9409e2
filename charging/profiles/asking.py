"""Asking a station to keep a charging profile, or to forget some."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from charging.models import ChargingProfile
from charging.profiles.mirror import Criteria, record
from charging.profiles.rules import abilities_of, problems, rounded, transaction_problems
from drivepower.core.refusals import Refusal
from stations import commands
from stations.models import Command, Station

ASK_WITHIN = timedelta(minutes=1)


@transaction.atomic
def set_profile(
    *, station: Station, number: int, profile: Mapping[str, Any], asked_by: str, at: datetime
) -> ChargingProfile:
    """Ask the station to keep a profile, a `csChargingProfiles` without an id, on a connector (0: the station).

    Refusal profile_breaks_rules with `details.problems`.
    """
    found = problems(number=number, profile=profile, able=abilities_of(station))
    found += transaction_problems(station=station, number=number, profile=profile)
    if found:
        raise Refusal("profile_breaks_rules", "The profile makes no sense to the station.", {"problems": found})
    row = record(station=station, number=number, profile=rounded(profile), asked_by=asked_by, at=at)
    commands.send(
        station=station,
        intent="set_charging_profile",
        payload={"connector": number, "profile": row.document},
        subject=row.subject,
        asked_by=asked_by,
        expires_at=at + ASK_WITHIN,
        at=at,
    )
    return row


def clear_profiles(*, station: Station, criteria: Criteria, asked_by: str, at: datetime) -> Command:
    """Ask the station to forget the profiles that the criteria name."""
    return commands.send(
        station=station,
        intent="clear_charging_profile",
        payload={name: value for name, value in criteria._asdict().items() if value is not None},
        asked_by=asked_by,
        expires_at=at + ASK_WITHIN,
        at=at,
    )
