"""A driver's own reservation: what an app may ask for, before the station is asked."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from billing.models import Wallet
from charging import abilities, access
from charging.lifecycle.checks import check_connector, check_driver, check_station
from charging.lifecycle.choosing import choose_connector
from charging.lifecycle.locks import lock_connector
from charging.models import Reservation
from charging.reservations import at_connector, reserve
from drivepower.core.refusals import Refusal
from stations.models import Station

# A connector that stands empty for somebody is lost to everybody else.
LONGEST = timedelta(minutes=60)
SHORTEST = timedelta(minutes=1)
PROFILE, PROFILES = "Reservation", "SupportedFeatureProfiles"


@transaction.atomic
def book(
    *, driver: User, station: Station, connector_number: int | None, lasting: timedelta, at: datetime
) -> Reservation:
    """Ask the station to keep a free connector for this driver from now on.

    Refusals as a start's, debt_open, reservation_already_active, and reservation_not_supported where the station has
    said that it cannot; where it never said, its answer tells.
    """
    if not SHORTEST <= lasting <= LONGEST:
        raise Refusal("invalid_parameters", "A reservation lasts 1 to 60 minutes.")
    check_alone(driver, at=at)
    check_driver(driver)
    check_debt(driver)
    connector = choose_connector(station=station, number=connector_number)
    lock_connector(connector)
    check_station(station, at=at)
    access.check(station=station, driver=driver, at=at)
    check_supported(station)
    check_connector(connector, kept=at_connector(connector, at=at), own=None)
    return reserve(
        station=station,
        connector=connector,
        tag="",
        parent="",
        driver=driver,
        until=at + lasting,
        asked_by=f"driver:{driver.public_id}",
        at=at,
    )


def check_alone(driver: User, *, at: datetime) -> None:
    """Refuse a second reservation beside one that holds; two at once take turns at the driver's row."""
    User.objects.select_for_update(no_key=True).get(pk=driver.pk)
    if Reservation.objects.holding().filter(driver=driver, until__gt=at).exists():
        raise Refusal("reservation_already_active", "Another reservation of yours is active.")


def check_debt(driver: User) -> None:
    """Refuse a driver who could not start."""
    if Wallet.objects.filter(user=driver, owed__gt=0).exists():
        raise Refusal("debt_open", "An earlier charge is not paid yet.")


def check_supported(station: Station) -> None:
    """Refuse where the station's configuration, as last read, has no reservations."""
    said = abilities.told(station, PROFILES).get(PROFILES)
    if said is not None and PROFILE not in {one.strip() for one in said.split(",")}:
        raise Refusal("reservation_not_supported", "This station cannot keep a connector.")
