"""What stations have accepted, kept as they keep it: by id, and by purpose and stack level on a connector (S 5.16)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from charging.models import ChargingProfile, Session
from charging.models.session import OPEN_STATES
from drivepower.core.texts import storable
from stations.commands import EFFECT_PATIENCE
from stations.models import Command, Station

State = ChargingProfile.State
Purpose = ChargingProfile.Purpose
BATCH = 500


class Criteria(NamedTuple):
    """Which profiles to clear: by id alone, else by all criteria that are given; none of them means all (E 3.25)."""

    profile_id: int | None = None
    number: int | None = None
    purpose: str | None = None
    stack_level: int | None = None

    def matching(self) -> Q:
        """The same as a question to the table."""
        if self.profile_id is not None:
            return Q(profile_id=self.profile_id)
        asked = {"number": self.number, "purpose": self.purpose, "stack_level": self.stack_level}
        return Q(**{name: value for name, value in asked.items() if value is not None})


def record(
    *, station: Station, number: int, profile: Mapping[str, Any], asked_by: str, at: datetime
) -> ChargingProfile:
    """The row of a profile that is about to be sent; without an id it gets its key for one.

    A maximum for the station is kept with connector 0, whichever one a person forces it on.
    """
    ocpp_id = profile.get("transactionId")
    session = Session.objects.filter(station=station, ocpp_id=str(ocpp_id)).first() if ocpp_id is not None else None
    purpose = profile["chargingProfilePurpose"]
    row = ChargingProfile.objects.create(
        station=station,
        number=0 if purpose == Purpose.CHARGE_POINT_MAX else _within(number, 0, 2**15 - 1),
        session=session,
        profile_id=_within(profile.get("chargingProfileId", 0), -(2**31), 2**31 - 1),
        purpose=purpose,
        stack_level=_within(profile["stackLevel"], 0, 2**31 - 1),
        document=dict(profile),
        asked_by=asked_by,
        asked_at=at,
        changed_at=at,
    )
    if "chargingProfileId" not in profile:
        row.profile_id = row.pk
        row.document = {"chargingProfileId": row.pk, **row.document}
        row.save(update_fields=["profile_id", "document"])
    return row


@transaction.atomic
def note_set(*, row_id: int, word: str, at: datetime) -> None:
    """Accepted puts the profile in force in place of the one it replaces; any other word refuses it."""
    row = ChargingProfile.objects.get(pk=row_id)
    if word != "Accepted":
        ChargingProfile.objects.filter(pk=row_id, state=State.REQUESTED).update(
            state=State.REFUSED, answer=storable(word)[:40], changed_at=at
        )
        return
    same = Q(profile_id=row.profile_id) | Q(number=row.number, purpose=row.purpose, stack_level=row.stack_level)
    held = _held(row.station_id).filter(same, Q(state=State.APPLIED) | Q(pk__lte=row.pk))
    keys = list(held.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if row_id in keys:
        ChargingProfile.objects.filter(pk__in=keys).exclude(pk=row_id).update(state=State.REPLACED, changed_at=at)
        ChargingProfile.objects.filter(pk=row_id).update(state=State.APPLIED, answer=word, changed_at=at)


def note_cleared(*, station_id: int, criteria: Criteria, asked_at: datetime, at: datetime) -> int:
    """The station has no such profile any more, or never had (Unknown); how many are cleared here.

    One whose answer was lost goes too, if it was asked for before the clearing was.
    """
    known = _held(station_id).filter(criteria.matching()).filter(Q(state=State.APPLIED) | Q(asked_at__lt=asked_at))
    keys = list(known.values_list("pk", flat=True))
    return _held(station_id).filter(pk__in=keys).update(state=State.CLEARED, changed_at=at)


def sweep(*, at: datetime) -> int:
    """End profiles of sessions that are over, refuse what was never sent or not answered in time; how many moved."""
    ended = _over(at=at).filter(state=State.APPLIED).update(state=State.ENDED, changed_at=at)
    subject = Concat(Value("profile:"), Cast(OuterRef("pk"), CharField()))
    unsent = Command.objects.filter(subject=subject, sent_at=None).exclude(state=Command.State.QUEUED)
    never = ChargingProfile.objects.filter(Exists(unsent), state=State.REQUESTED)
    refused = never.update(state=State.REFUSED, answer="not_sent", changed_at=at)
    under_way = Command.objects.filter(subject=subject, state__in=[Command.State.QUEUED, Command.State.SENT])
    lost = ChargingProfile.objects.filter(~Exists(under_way), asked_at__lte=at - EFFECT_PATIENCE)
    lost_too = lost.filter(state=State.REQUESTED).update(state=State.REFUSED, answer="no_answer", changed_at=at)
    return ended + refused + lost_too


def _over(*, at: datetime) -> QuerySet[ChargingProfile]:
    """Those of sessions that are over, and those that came with a remote start, once nothing charges there."""
    waiting = timedelta(seconds=settings.START_TIMEOUT_SECONDS)
    open_here = Session.objects.open().filter(station=OuterRef("station"), connector__number=OuterRef("number"))
    over = ChargingProfile.objects.filter(state=State.APPLIED, purpose=Purpose.TX).filter(
        (Q(session__isnull=False) & ~Q(session__state__in=OPEN_STATES))
        | Q(~Exists(open_here), session=None, asked_at__lte=at - waiting)
    )
    return ChargingProfile.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:BATCH]))


def _within(value: int, least: int, most: int) -> int:
    """What a column can hold of a number that a person has forced."""
    return max(least, min(value, most))


def _held(station_id: int) -> QuerySet[ChargingProfile]:
    return ChargingProfile.objects.filter(station=station_id, state__in=[State.REQUESTED, State.APPLIED])
