"""A reservation goes from one state to the next, and whoever reads the outbox is told in the same transaction."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from charging.models import Reservation
from charging.models.reservation import ReservationQuerySet, ReservationState
from drivepower.core import clocks, doorbell
from drivepower.core.compiled import read

# They speak for themselves as they stand in this transaction; `until_local` is for people at the station.
TELL = """
INSERT INTO core_event (public_id, kind, subject, station, location, driver, company, host, is_public, payload, at)
SELECT gen_random_uuid(), 'reservation.' || reservation.state, 'reservation:' || reservation.public_id, station.code,
    coalesce(place.code, ''), driver.public_id, company.public_id, host.public_id, false,
    jsonb_build_object(
        'reservation_id', reservation.public_id,
        'station_id', station.code,
        'connector_id', connector.number,
        'state', reservation.state,
        'until', reservation.until,
        'until_local', %s::jsonb ->> reservation.id::text
    ),
    %s::timestamptz
FROM charging_reservation reservation
JOIN stations_station station ON station.id = reservation.station_id
LEFT JOIN stations_connector connector ON connector.id = reservation.connector_id
LEFT JOIN stations_location place ON place.id = station.location_id
LEFT JOIN accounts_company host ON host.id = place.host_id
LEFT JOIN accounts_user driver ON driver.id = reservation.driver_id
LEFT JOIN accounts_idtag card ON card.id = reservation.id_tag_id
LEFT JOIN accounts_company company ON company.id = coalesce(driver.company_id, card.company_id)
WHERE reservation.id = ANY(%s::int[])
ORDER BY reservation.id
RETURNING id
"""


@transaction.atomic
def move(chosen: ReservationQuerySet, to: ReservationState, *, at: datetime, **fields: object) -> int:
    """Bring those of the chosen that hold to another state, and tell it; how many moved."""
    found = chosen.holding().select_for_update(no_key=True).order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    if keys:
        ended_at = None if to == ReservationState.ACTIVE else at
        Reservation.objects.filter(pk__in=keys).update(state=to, ended_at=ended_at, **fields)
        tell(keys, at=at)
    return len(keys)


def tell(keys: list[int], *, at: datetime) -> None:
    """Record what has just happened to these reservations, and ring for the readers."""
    read(connection, TELL, [json.dumps(times_of(keys)), at, keys])
    doorbell.tell_readers()


def times_of(keys: list[int]) -> dict[int, str]:
    """Until when each is, by the clock of its place; which that is, is told where it is not the network's."""
    house = settings.DEFAULT_LOCATION_TIME_ZONE
    rows = Reservation.objects.filter(pk__in=keys).values_list("pk", "until", "station__location__time_zone")
    with timezone.override(house):
        local = {key: until.astimezone(ZoneInfo(zone or house)) for key, until, zone in rows}
        return {key: f"{until:%H:%M}{clocks.foreign(until)}" for key, until in local.items()}
