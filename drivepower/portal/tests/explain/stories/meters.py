"""Plays of meters and clocks that say what cannot be, or say it oddly (situations 8 to 13, 15, 21)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from charging.models import Session
from ocpp_consumer.tests.server import now
from ocpp_consumer.tests.stories.cast import Play, ago, energy, power, said


async def unnamed(play: Play) -> Session:
    """Readings without a transaction belong to who charged there then: the car was full after half an hour."""
    number = await play.start(ago(60))
    await play.read(None, ago(50), energy("11000"), power(7000))
    await play.read(0, ago(30), energy("13000"), power(0))
    await play.stop(number, ago(20), meter=13_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def relative(play: Play) -> Session:
    """Readings count from 0 beside a lifetime register at both ends."""
    number = await play.start(ago(60), meter=5_000_000)
    await play.read(number, ago(40), energy("1500"), power(7000))
    await play.stop(number, ago(30), meter=5_003_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def lifetime(play: Play) -> Session:
    """It begins at 0 and ends at the register of a lifetime: 910 kWh in twenty minutes."""
    number = await play.start(ago(40), meter=0)
    await play.read(number, ago(39), energy("909000"))
    await play.stop(number, ago(20), meter=910_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def backwards(play: Play) -> Session:
    """The meter stands lower at the end than it was read in between."""
    number = await play.start(ago(60))
    await play.read(number, ago(40), energy("14000"))
    await play.stop(number, ago(20), meter=11_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def below(play: Play) -> Session:
    """The meter ends lower than it began."""
    number = await play.start(ago(60))
    await play.stop(number, ago(20), meter=9_999, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def in_words(play: Play) -> Session:
    """Values without a unit, with a comma, and words where numbers belong."""
    number = await play.start(ago(20), meter="10000")
    odd: list[dict[str, Any]] = [{"value": 10500.0}, {"value": "Error", "unit": "Error"}, {"value": "NaN"}]
    for sampled in ([{"value": "10400"}], odd, [{"value": "11,5", "unit": "kWh"}]):
        await play.read(number, ago(15), *sampled)
    await play.stop(number, ago(10), meter="12000.0", reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def in_phases(play: Play) -> Session:
    """One batch has no register, another says each phase for itself: nothing absent is 0, the car draws on."""
    number = await play.start(ago(60))
    await play.read(number, ago(50), energy("10500"), power(6900))
    await play.read(number, ago(40), *[power(2300) | {"phase": f"L{one}"} for one in (1, 2, 3)])
    volts = {"value": "231.4", "measurand": "Voltage", "unit": "V", "phase": "L1"}
    await play.read(number, ago(30), volts)
    await play.stop(number, ago(20), meter=14_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def dawn(play: Play) -> Session:
    """The station's clock was never set."""
    number = await play.start("1970-01-01T00:00:30Z")
    await play.read(number, "1970-01-01T00:01:00Z", energy("10300"))
    await play.stop(number, "1970-01-01T00:05:00Z", meter=10_500, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def ahead(play: Play) -> Session:
    """The station's clock is six hours ahead: it sends its local time as if it were UTC."""

    def local(minutes: float) -> str:
        return said(datetime.now(UTC) + timedelta(hours=6) - timedelta(minutes=minutes))

    number = await play.start(local(0))
    await play.stop(number, local(0), meter=10_500, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def old_number(play: Play) -> Session:
    """It has been paid for, and readings are sent on under its number."""
    number = await play.start(ago(60))
    await play.stop(number, ago(20), meter=14_000, reason="EVDisconnected")
    await play.bill(number)
    await play.read(number, now(), energy("19000"), power(7000))
    session, _ = await play.bill(number)
    return session
