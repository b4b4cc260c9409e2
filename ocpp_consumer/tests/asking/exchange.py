"""A request as it reached the station, to be looked at before it is answered."""

from dataclasses import dataclass
from typing import Any

from ocpp_consumer.tests.asking.world import through_door
from ocpp_consumer.tests.server import Talk, eventually
from stations.models import Command, Station


@dataclass
class Asked:
    """What the station has heard, and the command that it comes from."""

    command: Command
    call: list[Any]
    talk: Talk

    @property
    def payload(self) -> dict[str, Any]:
        """What it says."""
        payload: dict[str, Any] = self.call[3]
        return payload

    async def answer(self, payload: dict[str, Any]) -> Command:
        """The station answers; the command once that is recorded."""
        await self.talk.send([3, self.call[1], payload])
        known = Command.objects.filter(pk=self.command.pk, answered_at__isnull=False)
        found = await eventually(known.first, "the answer is recorded")
        assert isinstance(found, Command)
        return found


async def exchange(talk: Talk, station: Station, action: str, payload: dict[str, Any], *, force: bool = False) -> Asked:
    """Ask the station for something, as an operator does, and hear it on its side."""
    command = await through_door(station, action, payload, force=force)
    return await hear(talk, command, action)


async def hear(talk: Talk, command: Command, action: str) -> Asked:
    """The station hears a command that was queued."""
    call = await talk.hear()
    assert (call[0], call[2]) == (2, action), call
    return Asked(command, call, talk)
