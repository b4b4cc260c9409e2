"""The figures of the house that Prometheus reads, each of them one quick question to the database."""

from collections.abc import Mapping

from django.db.models import Count
from django.utils import timezone

from charging.models import Session
from drivepower.core import reading
from drivepower.core.metrics import house
from drivepower.core.models import Alert, Delivery, Event, Sweep
from stations.models import Command, Station

# As the partial indexes of sessions are cut, so that what is over is never counted through.
CHARGING = [Session.State.ACTIVE, Session.State.STOPPING]
ALONE = [Session.State.REQUESTED, Session.State.ENDED, Session.State.REVIEW]
# Nobody needs to know by how much more a reader is late.
FAR_BEHIND = 10_000


def stations() -> Mapping[str, float]:
    """How many hold a socket, and how many are in service."""
    in_service = Station.objects.filter(service_state=Station.ServiceState.IN_SERVICE)
    return {"online": Station.objects.online(at=timezone.now()).count(), "in_service": in_service.count()}


def sessions() -> Mapping[str, float]:
    """Sessions that are not over, by state."""
    charging = Session.objects.filter(state__in=CHARGING).order_by().values_list("state")
    alone = {state.value: Session.objects.filter(state=state).count() for state in ALONE}
    return {state.value: 0 for state in CHARGING} | dict(charging.annotate(count=Count("pk"))) | alone


def commands() -> Mapping[str, float]:
    """Commands that wait for their station."""
    return {"": Command.objects.filter(state=Command.State.QUEUED).count()}


def deliveries() -> Mapping[str, float]:
    """Deliveries to webhooks that are not done."""
    return {"": Delivery.objects.filter(state=Delivery.State.WAITING).count()}


def behind() -> Mapping[str, float]:
    """How many events each reader has not seen; also those that an open transaction holds back."""
    return {
        place.reader: Event.objects.ours().after(*reading.position_of(place))[:FAR_BEHIND].count()
        for place in reading.places()
    }


def unread_for() -> Mapping[str, float]:
    """Seconds since the oldest event happened that each reader has not seen."""
    now = timezone.now()
    oldest = {place.reader: reading.oldest_unread(place) for place in reading.places()}
    return {reader: (now - at).total_seconds() if at else 0 for reader, at in oldest.items()}


def sweep_ages() -> Mapping[str, float]:
    """Seconds since each sweep last ran."""
    now = timezone.now()
    return {name: (now - last_at).total_seconds() for name, last_at in Sweep.objects.values_list("name", "last_at")}


def alerts() -> Mapping[str, float]:
    """Open alerts by kind."""
    return dict(Alert.objects.open().order_by().values_list("kind").annotate(count=Count("pk")))


def add_figures() -> None:
    """Add all of them to what /metrics shows."""
    house.add("drivepower_stations", "Stations.", stations, label="state")
    house.add("drivepower_sessions", "Sessions that are not over.", sessions, label="state")
    house.add("drivepower_commands_queued", "Commands that wait for their station.", commands)
    house.add("drivepower_deliveries_waiting", "Deliveries to webhooks that are not done.", deliveries)
    house.add("drivepower_events_behind", "Events that a reader has not seen.", behind, label="reader")
    house.add("drivepower_events_unread_seconds", "Age of the oldest of them.", unread_for, label="reader")
    house.add("drivepower_sweep_age_seconds", "Seconds since a sweep last ran.", sweep_ages, label="sweep")
    house.add("drivepower_alerts_open", "Open alerts.", alerts, label="kind")
