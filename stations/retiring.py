"""How hardware leaves the network: whatever has a history stays, so that it can be told."""

from django.db import transaction
from django.db.models import ProtectedError

from stations.models import Connector, Station


def retire(*, station: Station) -> bool:
    """Take a station out of use for good; True where it had no history, and is gone altogether."""
    if not station.epoch and deleted(station):
        return True
    Station.objects.filter(pk=station.pk).update(service_state=Station.ServiceState.RETIRED, is_public=False)
    return False


def deleted(station: Station) -> bool:
    """Delete it with its connectors; False where something was kept of it, or it has come for the first time."""
    try:
        with transaction.atomic():
            silent = Station.objects.select_for_update().filter(pk=station.pk, epoch=0)
            if not silent.exists():
                return False
            Connector.objects.filter(station=station).delete()
            silent.delete()
    except ProtectedError:
        return False
    return True
