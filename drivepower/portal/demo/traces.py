"""What the journal and presence would have written in the two weeks: statuses, connections, last words."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from drivepower.portal.demo.hardware import MACHINES, Machine
from drivepower.portal.demo.network import Network
from drivepower.portal.demo.visits import DAYS, Kind, Visit
from stations.models import ConnectionSpan, ConnectorState, Station, StationSeen, StatusSpan

PLUGGED_BEFORE = timedelta(seconds=25)
# A car that stays longer than this after its last energy is suspended, not just finishing.
LINGERS = timedelta(minutes=3)
NO_ENERGY = (Kind.REJECTED, Kind.TIMED_OUT)

Change = tuple[datetime, str]


def leave_traces(network: Network, visits: Iterable[Visit], *, now: datetime) -> None:
    """Write them all; afterwards every connector is free and every station offline, until its simulator connects."""
    opened_at = now - timedelta(days=DAYS + 1)
    changes: dict[tuple[int, int], list[Change]] = {key: [(opened_at, "Available")] for key in network.connectors}
    for visit in visits:
        changes[visit.machine.number, visit.plug.number] += changes_of(visit)
    spans = [
        span
        for (machine, number), said in changes.items()
        for span in spans_of(network.stations[machine], number, said)
    ]
    StatusSpan.objects.bulk_create(spans)
    ConnectorState.objects.bulk_create(
        ConnectorState(
            station_id=span.station_id,
            number=span.number,
            status=span.status,
            error_code="NoError",
            effective_at=span.since,
            received_at=span.since,
        )
        for span in spans
        if span.until is None
    )
    leave_connections(network, opened_at=opened_at, now=now)


def changes_of(visit: Visit) -> Iterator[Change]:
    """The statuses of a connector while a car was there."""
    yield visit.starts_at - PLUGGED_BEFORE, "Preparing"
    if visit.kind not in NO_ENERGY:
        yield visit.starts_at + timedelta(seconds=2), "Charging"
        if visit.stops_at - visit.ends_at > LINGERS:
            yield visit.ends_at + timedelta(seconds=5), "SuspendedEV"
        yield visit.stops_at + timedelta(seconds=1), "Finishing"
    yield visit.leaves_at + timedelta(seconds=15), "Available"


def spans_of(station: Station, number: int, said: list[Change]) -> Iterator[StatusSpan]:
    """Status changes, in order of time, as spans of which the last is open."""
    ends = [at for at, _ in said[1:]] + [None]
    for (since, status), until in zip(said, ends, strict=True):
        yield StatusSpan(station=station, number=number, status=status, error_code="NoError", since=since, until=until)


def leave_connections(network: Network, *, opened_at: datetime, now: datetime) -> None:
    """When each station was connected, and when it spoke last."""
    chance = random.Random(7)  # noqa: S311  # a play, always the same
    spans = [
        span
        for machine in MACHINES
        for span in connections_of(chance, network.stations[machine.number], opened_at=opened_at, now=now)
    ]
    ConnectionSpan.objects.bulk_create(spans)
    last = {span.station_id: span for span in spans}
    for station in network.stations.values():
        station.epoch, station.connected_at = last[station.pk].epoch, last[station.pk].since
    Station.objects.bulk_update(network.stations.values(), ["epoch", "connected_at"])
    StationSeen.objects.bulk_create(
        StationSeen(
            station=network.stations[machine.number],
            last_frame_at=last[network.stations[machine.number].pk].until or now,
            last_heartbeat_at=last[network.stations[machine.number].pk].until,
            booted_at=opened_at,
            boot=boot_of(machine),
            boot_count=1,
        )
        for machine in MACHINES
    )


def connections_of(
    chance: random.Random, station: Station, *, opened_at: datetime, now: datetime
) -> Iterator[ConnectionSpan]:
    """Sockets one after another, with a short break between two."""
    since, epoch = opened_at, 0
    while since < now:
        epoch += 1
        until = min(since + timedelta(hours=chance.uniform(20, 160)), now - timedelta(seconds=chance.uniform(5, 60)))
        yield ConnectionSpan(
            station=station, epoch=epoch, since=since, until=until, reason=ConnectionSpan.Reason.CLOSED, close_code=1006
        )
        since = until + timedelta(seconds=chance.choice((15, 40, 95, 900)))


def boot_of(machine: Machine) -> dict[str, str]:
    """The fields of its last BootNotification."""
    return {
        "chargePointVendor": machine.model.vendor,
        "chargePointModel": machine.model.name,
        "chargePointSerialNumber": machine.serial,
        "firmwareVersion": machine.model.firmware,
    }
