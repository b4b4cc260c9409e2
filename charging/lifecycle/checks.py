"""What refuses a start before any money is looked at: the driver, the station, the connector."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from charging import reservations
from charging.lifecycle.choosing import statuses_of
from charging.models import Reservation, Session
from drivepower.core.refusals import Refusal
from stations.models import Connector, Station
from stations.models.state import BROKEN, FITTING

# What a constraint means when a racer was first.
TAKEN = {
    "one_session_holds_a_connector": ("connector_occupied", "The connector is occupied."),
    "one_open_app_session_per_driver": ("session_already_active", "Another charge of this driver is under way."),
}


def check_driver(driver: User | None) -> None:
    """Refuse a driver who is blocked or leaving."""
    if driver is None or not driver.is_active:
        raise Refusal("account_blocked", "The account is blocked.")
    if driver.deletion_requested_at:
        raise Refusal("account_deletion_pending", "The account is being deleted.")


def check_alone(session: Session) -> None:
    """Refuse a second session beside one that the driver has requested already."""
    asked = [Session.AskedBy.APP, Session.AskedBy.OPERATOR]
    if Session.objects.open().filter(driver=session.driver, asked_by__in=asked).exists():
        raise Refusal(*TAKEN["one_open_app_session_per_driver"])


def check_station(station: Station, *, at: datetime) -> None:
    """Refuse a station that is out of service, not registered, or without a live socket."""
    if station.service_state != Station.ServiceState.IN_SERVICE:
        raise Refusal("station_unavailable", "The station is out of service.")
    if station.connected_at is None and station.epoch == 0:
        raise Refusal("station_never_connected", "The station has never been connected.")
    if not station.is_online(at=at):
        raise Refusal("station_offline", "The station is offline.")
    if station.registration != Station.Registration.ACCEPTED:
        raise Refusal("station_unavailable", "The station is not registered yet.")


def check_connector(connector: Connector, *, kept: Iterable[Reservation], own: Reservation | None) -> None:
    """Refuse a connector that is out of order, that somebody uses, or that is kept for somebody else than `own`."""
    statuses = statuses_of(connector.station, 0, connector.number)
    status = statuses.get(connector.number, "")
    if statuses.get(0) in BROKEN or status in BROKEN or not status:
        raise Refusal("station_unavailable", "The connector cannot be used now.", {"status": status or None})
    is_anothers = any(one.connector_id == connector.pk and one != own for one in kept)
    fitting = (*FITTING, reservations.RESERVED) if own else FITTING
    if (
        status not in fitting
        or is_anothers
        or Session.objects.filter(connector=connector, holds_connector=True).exists()
    ):
        raise Refusal("connector_occupied", "The connector is occupied.", {"status": status})
