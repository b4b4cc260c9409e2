"""Whose a reading is: the transaction it names, else the one that holds its connector."""

from typing import NamedTuple

from django.db.models import Q

from charging.models import Session
from drivepower.core.texts import storable

# What stations send that never got, or lost, the id of their transaction (errata 3.18).
NO_ID = frozenset({"", "0", "-1"})


class Attribution(NamedTuple):
    """A session, and the register from which its energy counts."""

    session_id: int
    meter_start_wh: int | None


def session_for(*, station_id: int, number: int, ocpp_id: str) -> Attribution | None:
    """The session of this station that a reading belongs to; None keeps it as a sample of the connector.

    A session whose real end is known takes no more readings; one whose end was only inferred does.
    """
    running = Q(state__in=[Session.State.ACTIVE, Session.State.STOPPING])
    if ocpp_id in NO_ID:
        which = running & Q(connector__number=number, holds_connector=True)
    else:
        which = (running | Q(inferred=True)) & Q(ocpp_id=storable(ocpp_id))
    found = Session.objects.filter(which, station_id=station_id).values_list("pk", "meter_start_wh").first()
    return Attribution(*found) if found else None
