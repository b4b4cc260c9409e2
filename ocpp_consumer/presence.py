"""Who holds a station's socket: epochs, connection spans and the leases of gateways; plain ORM, called off the loop."""

import uuid
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from drivepower.core import doorbell
from stations.models import ConnectionSpan, Gateway, Station

# One statement, so that of two sockets that come at once each gets an epoch of its own and the later one wins.
TAKE = """
WITH before AS (SELECT id, gateway_id FROM stations_station WHERE id = %s FOR NO KEY UPDATE)
UPDATE stations_station AS station SET gateway_id = %s, connected_at = %s, epoch = station.epoch + 1
FROM before WHERE station.id = before.id
RETURNING station.epoch, before.gateway_id
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
def connect(*, station_id: int, gateway_id: uuid.UUID, at: datetime) -> int:
    """Give the station's socket to this gateway; answers the new epoch, and rings the gateway that held the old one."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [station_id, gateway_id, at])
        epoch, before = cursor.fetchone()
    ConnectionSpan.objects.filter(station=station_id, until=None).update(
        until=at, reason=ConnectionSpan.Reason.REPLACED
    )
    ConnectionSpan.objects.create(station_id=station_id, epoch=epoch, since=at)
    if before != gateway_id:
        doorbell.ring_gateway(before, {"type": "fence", "station": station_id, "epoch": epoch})
    return int(epoch)


@transaction.atomic
def disconnect(*, station_id: int, epoch: int, close_code: int | None, at: datetime) -> None:
    """The socket of this epoch has ended; a newer one of the same station is not touched."""
    Station.objects.filter(pk=station_id, epoch=epoch).update(gateway=None)
    ConnectionSpan.objects.filter(station=station_id, epoch=epoch, until=None).update(
        until=at, reason=ConnectionSpan.Reason.CLOSED, close_code=close_code
    )


def standings(*, gateway_id: uuid.UUID) -> dict[int, Standing]:
    """The stations whose newest socket this gateway holds, by key."""
    columns = ("pk", "epoch", "connected_at", "registration", "heartbeat_interval")
    rows = Station.objects.filter(gateway=gateway_id).values_list(*columns)
    return {row[0]: Standing(*row) for row in rows}


@transaction.atomic
def close_gateway(*, gateway_id: uuid.UUID, at: datetime) -> None:
    """The process ends in good order: whatever it still holds is closed, and its row goes."""
    held = Station.objects.filter(gateway=gateway_id)
    ConnectionSpan.objects.filter(station__in=held, until=None).update(until=at, reason=ConnectionSpan.Reason.CLOSED)
    held.update(gateway=None)
    Gateway.objects.filter(pk=gateway_id).delete()
