"""Who holds a station's socket: epochs, connection spans and the leases of gateways; plain ORM, called off the loop."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from drivepower.core import doorbell
from drivepower.core.texts import storable
from stations import contest, news
from stations.models import ConnectionSpan, Gateway, Station

# Service restart and try again later: the station comes back, and whoever fought with it too.
OUR_GOODBYES = (1012, 1013)
# One statement, so that of two sockets that come at once each gets an epoch of its own and the later one wins.
TAKE = """
WITH before AS (SELECT id, gateway_id FROM stations_station WHERE id = %s FOR NO KEY UPDATE)
UPDATE stations_station AS station SET gateway_id = %s, connected_at = %s, epoch = station.epoch + 1
FROM before WHERE station.id = before.id
RETURNING station.epoch, before.gateway_id
"""
# After the one above has waited for whoever came at the same time, so that it sees the other's span.
SPAN = f"""
WITH told AS ({news.TELL}), replaced AS (
    UPDATE stations_connectionspan SET until = %(at)s, reason = %(reason)s
    WHERE station_id = %(station_id)s AND until IS NULL RETURNING 1
)
INSERT INTO stations_connectionspan (station_id, epoch, since, reason, was_fight, address)
SELECT %(station_id)s, %(epoch)s, %(at)s, '', false, %(address)s FROM (SELECT count(*) FROM replaced) AS done
"""  # noqa: S608  # our names

LEAVE = """
WITH held AS (SELECT id, gateway_id FROM stations_station WHERE id = %s AND epoch = %s FOR NO KEY UPDATE)
UPDATE stations_station AS station SET gateway_id = NULL
FROM held WHERE station.id = held.id
RETURNING station.contested_at IS NOT NULL, held.gateway_id IS NOT NULL
"""
END_SPAN = f"""
WITH told AS ({news.TELL})
UPDATE stations_connectionspan SET until = %(at)s, reason = %(reason)s, close_code = %(close_code)s
WHERE station_id = %(station_id)s AND epoch = %(epoch)s AND until IS NULL
"""  # noqa: S608  # our names


TAKE_BACK = """
WITH ours AS (
    UPDATE stations_station AS station SET gateway_id = %(gateway_id)s
    FROM unnest(%(keys)s::bigint[], %(epochs)s::bigint[]) AS held (id, epoch)
    JOIN stations_connectionspan AS span ON span.station_id = held.id AND span.epoch = held.epoch
    WHERE span.reason = %(died)s AND station.id = held.id AND station.epoch = held.epoch AND station.gateway_id IS NULL
    RETURNING station.id, station.epoch
)
UPDATE stations_connectionspan AS span SET until = NULL, reason = ''
FROM ours WHERE span.station_id = ours.id AND span.epoch = ours.epoch
RETURNING span.station_id
"""


class Standing(NamedTuple):
    """What a gateway needs to know every second of a station whose socket it holds."""

    station_id: int
    epoch: int
    connected_at: datetime
    registration: str
    heartbeat_interval: int | None


def open_gateway(*, gateway_id: uuid.UUID, process: str, at: datetime) -> None:
    """A server process begins to hold sockets."""
    Gateway.objects.create(pk=gateway_id, process=process, started_at=at, renewed_at=at)


def renew_lease(*, gateway_id: uuid.UUID, at: datetime) -> bool:
    """Say that this process lives; False if its row is gone because others took it for dead."""
    return Gateway.objects.filter(pk=gateway_id).update(renewed_at=at) == 1


@transaction.atomic
def connect(*, station_id: int, gateway_id: uuid.UUID, address: str = "", at: datetime) -> int:
    """Give the station's socket to this gateway; answers the new epoch, and rings the gateway that held the old one."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [station_id, gateway_id, at])
        epoch, before = cursor.fetchone()
        span: dict[str, Any] = {"station_id": station_id, "epoch": epoch, "address": storable(address)[:60], "at": at}
        came: dict[str, Any] = {"told": news.ONLINE, "told_of": [] if before else [station_id]}
        cursor.execute(SPAN, {**span, **came, "reason": ConnectionSpan.Reason.REPLACED})
    if before != gateway_id:
        doorbell.ring_gateway(before, {"type": "fence", "station": station_id, "epoch": epoch})
    return int(epoch)


@transaction.atomic
def disconnect(*, station_id: int, epoch: int, close_code: int | None, at: datetime) -> None:
    """The socket of this epoch has ended; a newer one of the same station is not touched.

    If it was the newest and went by itself, nobody is left to fight with.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, [station_id, epoch])
        left_contested, was_here = cursor.fetchone() or (False, False)
        went: dict[str, Any] = {"told": news.OFFLINE, "told_of": [station_id] if was_here else []}
        span: dict[str, Any] = {"station_id": station_id, "epoch": epoch, "close_code": close_code, "at": at}
        cursor.execute(END_SPAN, {**span, **went, "reason": ConnectionSpan.Reason.CLOSED})
    if left_contested and close_code not in OUR_GOODBYES:
        contest.settle_contest(station_id=station_id, at=at)


@transaction.atomic
def take_back(*, gateway_id: uuid.UUID, epochs: Mapping[int, int], at: datetime) -> int:
    """Hold again what others let go because this process seemed dead and lives; how many.

    `epochs` are those of its sockets by station: a station that has come to anyone since has a higher one.
    """
    held = {"keys": list(epochs), "epochs": list(epochs.values())}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BACK, {**held, "gateway_id": gateway_id, "died": ConnectionSpan.Reason.GATEWAY_DIED.value})
        back = [row[0] for row in cursor]
    news.tell(news.ONLINE, stations=back, at=at)
    return len(back)


def standings(*, gateway_id: uuid.UUID) -> dict[int, Standing]:
    """The stations whose newest socket this gateway holds, by key."""
    columns = ("pk", "epoch", "connected_at", "registration", "heartbeat_interval")
    rows = Station.objects.filter(gateway=gateway_id).values_list(*columns)
    return {row[0]: Standing(*row) for row in rows}


@transaction.atomic
def close_gateway(*, gateway_id: uuid.UUID, at: datetime) -> None:
    """The process ends in good order: whatever it still holds is closed, and its row goes."""
    held = Station.objects.select_for_update(no_key=True).filter(gateway=gateway_id).order_by("pk")
    keys = list(held.values_list("pk", flat=True))
    ConnectionSpan.objects.filter(station__in=keys, until=None).update(until=at, reason=ConnectionSpan.Reason.CLOSED)
    Station.objects.filter(pk__in=keys).update(gateway=None)
    news.tell(news.OFFLINE, stations=keys, at=at)
    Gateway.objects.filter(pk=gateway_id).delete()
