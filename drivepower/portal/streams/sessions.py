"""/api/v1/sessions/stream: one's own charges, how they stand, and what becomes of them."""

from drivepower.portal.streams import told
from drivepower.portal.streams.door import Visitor
from drivepower.portal.streams.known import known
from drivepower.portal.streams.meters import Shown, Watch, read_open
from drivepower.portal.streams.passes import own
from drivepower.portal.streams.telling import begin
from drivepower.portal.streams.told import Position, write_position
from drivepower.portal.streams.turns import ask


async def talk(visitor: Visitor) -> None:
    """Tell a driver; what they say after the first message says nothing."""
    async with known(visitor, judge=own) as guest:
        driver = guest.user.pk

        async def stands(since: Position) -> tuple[Position, str]:
            mine = (await ask(read_open, {driver})).get(driver, [])
            return since, told.write_snapshot(since, sessions=mine)

        def tell(shown: Shown) -> None:
            place = write_position(guest.listener.seen)
            visitor.line.say(told.write({"type": "progress", "id": place, "session": shown}))

        resume = guest.first.get("resume")
        await begin(visitor, guest.listener, guest.audience, resume=resume, snapshot=stands)
        watch = Watch(driver, tell)
        visitor.hub.meters.join(watch)
        try:
            while True:
                await visitor.line.hear()
        finally:
            visitor.hub.meters.leave(watch)
