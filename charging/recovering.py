"""What a ladder must not disturb: charges, and those that are about to begin."""

from datetime import datetime

from charging.models import Session
from drivepower.core.sweeps import swept
from stations import recovery
from stations.models import Connector


def recover(*, at: datetime) -> None:
    """See which connectors are stuck and which are so no more, then take the next step of each ladder."""
    with swept("charging.recover", at=at) as did:
        did["found"] = recovery.watch_connectors(at=at)
        did["commands"] = recovery.climb(busy=is_busy, at=at)


def is_busy(*, station_id: int, number: int | None) -> bool:
    """Whether a session is open at the connector, or anywhere on the station.

    Whoever would begin one there waits until the transaction ends, as `lifecycle.locks.lock_connector` says.
    """
    where = {"station": station_id} | ({"number": number} if number is not None else {})
    connectors = Connector.objects.select_for_update(no_key=True).filter(**where).order_by("pk")
    keys = [connector.pk for connector in connectors]
    return Session.objects.open().filter(connector__in=keys).exists()
