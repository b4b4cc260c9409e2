"""What drivers do at a station: plug in, hold a card to the reader, be started from afar, drive away."""

import asyncio
from typing import TYPE_CHECKING

from ocpp.v16 import call

from .authorization import ACCEPTED, IdTagInfo
from .battery import Battery
from .connector import Connector, Presented
from .profile import Profile

if TYPE_CHECKING:
    from .station import Station

REFUSED = "Refused"  # by the station itself: the connector is taken, kept for somebody else, or out of order


class Drivers:
    """The people in front of the station. All of it is synchronous but what asks the central system."""

    def __init__(self, station: "Station") -> None:
        self._station = station

    def plug_in(self, connector: Connector, battery: Battery) -> None:
        """A cable goes in; a card that was let in begins to charge."""
        if connector.battery is not None:
            raise RuntimeError(f"connector {connector.number} has a car already")
        connector.battery = battery
        self._station.say(f"a car is plugged in at connector {connector.number}, {battery.soc:.0f} %")
        self._station.statuses.look()
        if connector.presented is not None:
            self._station.charging.begin(connector, connector.presented)
        self._station.charging.advance(connector)

    def unplug(self, connector: Connector) -> None:
        """The cable comes out; a running transaction ends with it, unless the key says otherwise."""
        self._station.charging.advance(connector)
        connector.battery = None
        connector.draw(0.0)
        self._station.statuses.look()
        if connector.running is not None:
            if not self._station.configuration.flag("StopTransactionOnEVSideDisconnect"):
                return
            self._station.charging.end(connector, "EVDisconnected")
        connector.is_finishing = False
        self._station.say(f"the car at connector {connector.number} has left")
        self._station.statuses.look()

    async def present(self, connector: Connector, id_tag: str) -> str:
        """Holds a card to the reader; answers the AuthorizationStatus, or REFUSED."""
        running = connector.running
        if running is not None and running.id_tag.lower() == id_tag.lower():
            self._station.charging.end(connector, "Local", id_tag=id_tag)
            return ACCEPTED
        info = await self.check(id_tag)
        if info.status != ACCEPTED:
            self._station.say(f"card {id_tag} is not let in: {info.status}")
            return info.status
        if running is not None:
            return self._stop_by_group(connector, id_tag, info)
        may_use, reservation_id = self._station.reservations.admits(connector, id_tag, info.parent_id_tag)
        if not may_use or not connector.is_free:
            return REFUSED
        self._let_in(connector, Presented(id_tag, reservation_id))
        return ACCEPTED

    async def start_remotely(self, connector: Connector, id_tag: str, profile: Profile | None) -> None:
        """Carries out an accepted RemoteStartTransaction (S 5.11); somebody may come and plug in."""
        connector.is_claimed = True
        try:
            if self._station.configuration.flag("AuthorizeRemoteTxRequests"):
                info = await self.check(id_tag)
                if info.status != ACCEPTED:
                    self._station.say(f"remote start of {id_tag} is dropped: {info.status}")
                    return
        finally:
            connector.is_claimed = False
            self._station.statuses.look()
        _, reservation_id = self._station.reservations.admits(connector, id_tag, None)
        presented = Presented(id_tag, reservation_id, profile)
        self._let_in(connector, presented)
        plug_seconds = self._station.spec.plug_seconds
        if connector.presented is presented and plug_seconds is not None:
            await asyncio.sleep(plug_seconds)
            if connector.presented is presented and connector.battery is None:
                self.plug_in(connector, self._station.arriving_car())

    def see_off(self, connector: Connector) -> None:
        """After a transaction: the car leaves some time later, where the station's habits say so."""
        if self._station.spec.unplug_seconds is not None and connector.battery is not None:
            self._station.tasks.spawn(self._leave(connector, connector.battery), name="leaving")

    async def check(self, id_tag: str) -> IdTagInfo:
        """Whether a card is let in, by what the station knows and, while connected, the central system."""
        return await self._station.authorization.check(id_tag, self._ask if self._station.is_ready else None)

    def _stop_by_group(self, connector: Connector, id_tag: str, info: IdTagInfo) -> str:
        """A card of the same group may stop a transaction too (S 4.10)."""
        running = connector.running
        starter = self._station.authorization.known(running.id_tag) if running is not None else None
        if starter is None or info.parent_id_tag is None or starter.parent_id_tag != info.parent_id_tag:
            return REFUSED
        self._station.charging.end(connector, "Local", id_tag=id_tag)
        return ACCEPTED

    def _let_in(self, connector: Connector, presented: Presented) -> None:
        connector.presented = presented
        self._station.statuses.look()
        if connector.battery is not None:
            self._station.charging.begin(connector, presented)
        else:
            self._station.tasks.spawn(self._await_cable(connector, presented), name="waiting for a cable")

    async def _ask(self, id_tag: str) -> IdTagInfo | None:
        answer = await self._station.request(call.Authorize(id_tag=id_tag))
        return None if answer is None else IdTagInfo.read(answer.id_tag_info)

    async def _await_cable(self, connector: Connector, presented: Presented) -> None:
        seconds = self._station.configuration.number("ConnectionTimeOut")
        if await self._station.changes.sleep(seconds, unless=lambda: connector.presented is not presented):
            connector.presented = None
            self._station.say(f"nobody plugged in at connector {connector.number} in {seconds} s")
            self._station.statuses.look()

    async def _leave(self, connector: Connector, battery: Battery) -> None:
        await asyncio.sleep(self._station.spec.unplug_seconds or 0)
        if connector.battery is battery and connector.running is None:
            self.unplug(connector)
