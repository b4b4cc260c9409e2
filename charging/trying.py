"""Test charges of stations that are put into service: with a service tag of their own, so that nobody pays."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import IdTag
from charging import consumption, own_tags
from charging.lifecycle import request_stop
from charging.models import Session
from drivepower.core.refusals import Refusal
from stations import commands
from stations.commissioning.witnesses import Trial
from stations.models import Command, Station

NOTE = "test charge of"
LIVES = timedelta(hours=1)
LOOKED_AT = 10


@transaction.atomic
def start(*, station: Station, number: int, asked_by: str, at: datetime) -> None:
    """Ask the station to charge with a tag that is good there alone, for an hour; the one before it ends.

    Refusal station_offline, or station_unavailable while it is told to wait.
    """
    if not station.is_online(at=at):
        raise Refusal("station_offline", "The station is offline.")
    if station.registration != Station.Registration.ACCEPTED:
        raise Refusal("station_unavailable", "The station is not registered yet.")
    note = f"{NOTE} {station.code}"
    IdTag.objects.filter(kind=IdTag.Kind.SERVICE, note=note, blocked=False).update(blocked=True)
    value = "".join(secrets.choice(own_tags.LETTERS) for _ in range(own_tags.LENGTH))
    IdTag.objects.create(
        value=value, kind=IdTag.Kind.SERVICE, allowed_places=[station.code], expires_at=at + LIVES, note=note
    )
    commands.send(
        station=station,
        intent="start_charging",
        payload={"connector": number, "id_tag": value},
        subject=f"trial:{station.pk}",
        asked_by=asked_by,
        awaits=f"start:{value.upper()}",
        expires_at=at + timedelta(seconds=settings.OCPP_CALL_TIMEOUT_SECONDS),
        at=at,
    )


def stop(*, station: Station, asked_by: str, at: datetime) -> int:
    """Ask it to stop what runs with a service tag; how many that were. What drivers pay for goes on."""
    running = Session.objects.open().filter(station=station, id_tag__kind=IdTag.Kind.SERVICE)
    for session in running:
        request_stop(session=session, asked_by=asked_by, cause="operator", at=at)
    return len(running)


def last(*, station: Station, since: datetime) -> Trial | None:
    """The charge since then that shows most: over and with energy, else the newest, else a start that was refused."""
    rows = Session.objects.filter(station=station, start_received_at__gte=since).select_related("connector", "meter")
    trials = [trial_of(session) for session in rows.order_by("-id")[:LOOKED_AT]]
    whole = (one for one in trials if one.ended_at is not None and one.energy_wh > 0)
    return next(whole, trials[0] if trials else refused(station, since=since))


def trial_of(session: Session) -> Trial:
    """How a session stands; a failed one never began."""
    energy_wh = consumption.energy_of(session, getattr(session, "meter", None))
    return Trial(
        session.connector.number, energy_wh, session.started_at, session.stopped_at, failure=session.failure_text
    )


def refused(station: Station, *, since: datetime) -> Trial | None:
    """The newest start that was asked for and came to nothing."""
    asked = Command.objects.filter(station=station, intent="start_charging", subject=f"trial:{station.pk}")
    command = asked.filter(asked_at__gte=since).order_by("-id").first()
    if command is None or command.state == Command.State.ACCEPTED:
        return None
    return Trial(int(command.payload["connector"]), 0, None, None, failure=command.get_state_display())
