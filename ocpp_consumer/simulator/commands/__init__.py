"""The answers of a station to every call that a central system may send in OCPP 1.6."""

from .power import PowerCommands
from .remote import RemoteCommands
from .reservation import ReservationCommands
from .settings import SettingsCommands
from .upkeep import UpkeepCommands


class Commands(RemoteCommands, SettingsCommands, PowerCommands, ReservationCommands, UpkeepCommands):
    """All handlers of one station, by feature profile."""
