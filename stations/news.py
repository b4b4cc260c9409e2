"""Tells that stations came and went, and who may hear of them: fragments of SQL for whoever writes such events."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from drivepower.core import doorbell

ONLINE, OFFLINE = "station.online", "station.offline"
# Of a `station`: where it stands, whose place it is, and whether anybody may see it.
SEEN = """station.code, coalesce(place.code, ''), host.public_id,
       station.is_public AND station.service_state = 'in_service'"""
SEEN_COLUMNS = "station, location, host, is_public"
PLACES = """LEFT JOIN stations_location AS place ON place.id = station.location_id
LEFT JOIN accounts_company AS host ON host.id = place.host_id"""
# Also fit to stand in the WITH of another statement.
TELL = f"""
INSERT INTO core_event (public_id, kind, subject, {SEEN_COLUMNS}, payload, at)
SELECT gen_random_uuid(), %(told)s, 'station:' || station.code, {SEEN},
       jsonb_build_object('station_id', station.code), %(at)s
FROM stations_station AS station {PLACES}
WHERE station.id = ANY(%(told_of)s::bigint[]) ORDER BY station.id
"""  # noqa: S608  # our names


def tell(kind: str, *, stations: Sequence[int], at: datetime) -> None:
    """One event about each of these stations, by key, in the open transaction."""
    if stations:
        with connection.cursor() as cursor:
            cursor.execute(TELL, {"told": kind, "told_of": list(stations), "at": at})
        doorbell.tell_readers()
