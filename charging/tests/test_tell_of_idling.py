"""A driver is told once when standing at a connector begins to cost."""

from billing.models.tariffs import Dimension
from charging import limits
from charging.models import Session
from charging.tests.settling import after, settle
from charging.tests.world import World, per_kwh, rule
from drivepower.core.models import Event


def told(session: Session) -> list[tuple[str, str]]:
    """What was told of the fee, and the price of a minute."""
    events = Event.objects.filter(kind="session.idle", subject=f"session:{session.public_id}")
    return [(event.payload["idle_fee"], event.payload["idle_fee_per_minute"]) for event in events]


def test_it_tells_once_when_standing_there_begins_to_cost(world: World) -> None:
    """Ten minutes are free."""
    world.price(per_kwh("15.00"), rule(Dimension.PARKING_FEE, "2.00"), idle_grace_seconds=600)
    session = world.charging(world.driver("1000.00"))
    world.say(world.one, "Charging", at=after(1))
    world.end(session, 11_000, at=after(60))
    world.say(world.one, "Finishing", at=after(60))
    for minute, tells in ((69, []), (71, [("2.00", "2.00")]), (75, [("2.00", "2.00")])):
        assert settle(session, at=after(minute)) is None
        assert told(session) == tells


def test_it_tells_of_a_full_car_while_its_charge_runs(world: World) -> None:
    world.price(per_kwh("15.00"), rule(Dimension.PARKING_FEE, "2.00"), idle_grace_seconds=0)
    session = world.charging(world.driver("1000.00"))
    world.say(world.one, "SuspendedEV", at=after(30))
    for minute in (31, 32):
        limits.touched(session_ids=[session.pk], at=after(minute))
        assert told(session) == [("2.00", "2.00")]
