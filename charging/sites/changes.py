"""Marks that a location's supply must be shared anew."""

from datetime import datetime

from django.db import connection, transaction

from drivepower.core import doorbell
from stations.models import Location

MARK = """
INSERT INTO charging_siteplan (location_id, revision, limit_a, reserved_a, planned_at, dirty_since)
SELECT id, 0, supply_limit_a, 0, %(at)s, %(at)s FROM stations_location WHERE id = %(location)s AND shares_supply
ON CONFLICT (location_id) DO UPDATE SET dirty_since = coalesce(charging_siteplan.dirty_since, excluded.dirty_since)
"""


def note_change(*, location_id: int | None, at: datetime) -> None:
    """Once committed, mark the location's plan as one to be made anew, soon; nothing where no supply is shared.

    After the commit, so that no charge ever waits for a plan or a plan for a charge; a lost mark costs a sweep's delay.
    """
    if location_id is not None:
        transaction.on_commit(lambda: _mark(location_id, at), robust=True)


def note_charge(*, location: Location | None, at: datetime) -> None:
    """A charge has begun or ended there: nothing is asked of the database where the location shares no supply."""
    if location is not None and location.shares_supply:
        note_change(location_id=location.pk, at=at)


def _mark(location_id: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"location": location_id, "at": at})
        shares = cursor.rowcount > 0
    if shares:
        doorbell.hint("charging.share_supply", location_id)
