"""A station that names a transaction of another one: it changes nothing there, and somebody hears of it."""

from datetime import datetime

from charging import attribution
from stations.security import note_refused

TYPE = "ForeignTransaction"
TOLD = "transaction of another station"


def note(*, station_id: int, ocpp_id: str, action: str, at: datetime) -> bool:
    """Leave a security event if the transaction is another station's, at most one in a minute; whether it is."""
    if not attribution.is_of_another(station_id=station_id, ocpp_id=ocpp_id):
        return False
    note_refused(station_id=station_id, type=TYPE, detail=f"{action} names transaction {ocpp_id}", at=at)
    return True
