"""Who may open a station's socket: judged before the upgrade, and whoever may not is refused alike."""

from ocpp_consumer.handshake.caller import Caller, read
from ocpp_consumer.handshake.door import Door
from ocpp_consumer.handshake.entry import SWITCHING, Entered, Refused, enter
from ocpp_consumer.handshake.traces import remember

__all__ = ["SWITCHING", "Caller", "Door", "Entered", "Refused", "enter", "read", "remember"]
