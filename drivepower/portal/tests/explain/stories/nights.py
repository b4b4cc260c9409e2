"""Plays of charges over the nights in which Berlin changes its clocks, replayed by a station that was offline (30)."""

from datetime import UTC, datetime, time, timedelta

from billing import tariffs
from billing.models import TariffPlan, TariffRule
from billing.models.tariffs import Dimension
from charging.models import Session
from charging.tests.world import per_kwh, rule
from ocpp_consumer.tests.server import in_db
from ocpp_consumer.tests.stories.cast import Play, energy, power, said
from stations.models import Location, Station

# 25 October 2026, 02:00 in summer time: in an hour it is 02:00 once more.
TWICE = datetime(2026, 10, 25, 0, tzinfo=UTC)
# 29 March 2026, 01:00 in winter time: in an hour it is 03:00.
NEVER = datetime(2026, 3, 29, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)


async def put_back(play: Play) -> Session:
    """Three hours from 02:00 to 04:00, 2 kW; the night's price ends at 02:30, which comes twice."""
    night = named("Night", per_kwh("9.135", starts=time(22), ends=time(2, 30), priority=1))
    await in_db(price)(night, per_kwh("15.00"), rule(Dimension.PER_MINUTE, "0.25"))
    return await charged(play, TWICE, halves=6)


async def put_forward(play: Play) -> Session:
    """An hour and a half from 01:00 to 03:30, 2 kW; the small hours' price begins at 02:30, which never comes."""
    small = named("Small hours", per_kwh("6.00", starts=time(2, 30), ends=time(5), priority=1))
    await in_db(price)(small, per_kwh("15.00"), rule(Dimension.PER_MINUTE, "0.25"))
    return await charged(play, NEVER, halves=3)


async def from_half_to_half(play: Play) -> Session:
    """An hour from the first 02:30 to the second one, and no reader takes it for none."""
    await in_db(price)(per_kwh("15.00"))
    return await charged(play, TWICE + HALF, halves=2)


async def stood_over_it(play: Play) -> Session:
    """The car is full at 01:30 and stands until 03:30; from 02:00 to 03:00 standing there is dear."""
    dear = named("Dear hour", rule(Dimension.PARKING_FEE, "1.10", starts=time(2), ends=time(3), priority=1))
    other = named("Other hours", rule(Dimension.PARKING_FEE, "0.70"))
    await in_db(price)(per_kwh("15.00"), dear, other)
    full, left = TWICE - HALF, TWICE + 5 * HALF
    number = await play.start(said(full - HALF))
    await play.say("Charging", said(full - HALF))
    await play.read(number, said(full - HALF / 2), energy("10500"), power(2000))
    await play.read(number, said(full), energy("11000"), power(0))
    await play.say("SuspendedEV", said(full))
    await play.stop(number, said(left), meter=11_000, reason="EVDisconnected")
    await play.say("Available", said(left))
    session, _ = await play.bill(number)
    return session


async def charged(play: Play, begins: datetime, *, halves: int) -> Session:
    """A charge of so many half-hours that takes 1 kWh in each, as readings say every ten minutes."""
    number = await play.start(said(begins))
    for tens in range(1, 3 * halves + 1):
        await play.read(number, said(begins + tens * HALF / 3), energy(str(10_000 + tens * 1000 // 3)))
    await play.stop(number, said(begins + halves * HALF), meter=10_000 + halves * 1000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


def price(*rules: TariffRule) -> None:
    """The station is in Berlin, and has had these prices since long before both nights."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    Location.objects.update(time_zone="Europe/Berlin")
    plan = TariffPlan.objects.create(name="Nights")
    tariffs.publish_version(plan=plan, rules=rules, in_force_from=long_ago, at=long_ago, idle_grace_seconds=1800)
    Station.objects.update(tariff_plan=plan)


def named(name: str, one: TariffRule) -> TariffRule:
    """The rule by another name."""
    one.name = name
    return one
