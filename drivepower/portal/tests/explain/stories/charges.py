"""Plays of charges: each answers the session that it is about, once the house has done with it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from billing import tariffs
from billing.models import TariffPlan
from billing.models.tariffs import Dimension
from charging import sweeps
from charging.models import Session
from charging.tests.world import per_kwh, rule
from ocpp_consumer.tests.server import eventually, in_db
from ocpp_consumer.tests.stories.cast import Play, ago, energy, power, said
from stations.models import Command, Connector, Station

ACCEPTED = {"status": "Accepted"}


async def limited(play: Play) -> Session:
    """A charge by app that reaches its limit of 1 kWh."""
    await play.say("Available")
    asked, call = await play.start_by_app(energy_kwh="1.000")
    await play.talk.send([3, call[1], ACCEPTED])
    await answered("start_charging")
    at = datetime.now(UTC)
    number = await play.start(said(at), tag=asked.tag)
    await play.say("Charging", said(at))
    await play.read(number, said(datetime.now(UTC)), energy("10990"), power(7000))
    stop = await play.talk.hear()
    assert stop[2] == "RemoteStopTransaction"
    await play.talk.send([3, stop[1], ACCEPTED])
    await answered("stop_charging")
    await play.stop(number, said(datetime.now(UTC)), meter=11_000, reason="Remote")
    await play.say("Available")
    session, _ = await play.bill(number)
    return session


async def unplugged(play: Play) -> Session:
    """The station accepts, and nobody plugs in before the time runs out."""
    await play.say("Available")
    asked, call = await play.start_by_app(amount="100.00")
    await play.talk.send([3, call[1], ACCEPTED])
    await answered("start_charging")
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    moved = {"requested_at": long_ago, "expires_at": long_ago + timedelta(minutes=2)}
    await in_db(Session.objects.filter(pk=asked.pk).update)(**moved)
    await in_db(sweeps.fail_expired_starts)(at=datetime.now(UTC))
    return asked


async def forgotten(play: Play) -> Session:
    """The next charge begins though no end was told; the real end comes when it has been paid for."""
    number = await play.start(ago(120))
    await play.read(number, ago(100), energy("12000"), power(7000))
    await play.start(ago(30), meter=14_000)
    first, _ = await play.bill(number)
    assert first.inferred
    await play.stop(number, ago(90), meter=13_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def broken(play: Play) -> Session:
    """The connector faults in the middle, and the station ends the charge."""
    number = await play.start(ago(20))
    await play.say("Charging", ago(20))
    await play.read(number, ago(12), energy("12000"), power(7000))
    faulted = {"connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure", "timestamp": ago(10)}
    maker = {"vendorErrorCode": "E-17", "info": "RCD tripped", "vendorId": "ACME"}
    await play.talk.ask("StatusNotification", faulted | maker)
    await play.stop(number, ago(10), meter=12_400, reason="Other")
    session, _ = await play.bill(number)
    return session


async def refused(play: Play) -> Session:
    """The driver asks while the connector is faulted."""
    await play.say("Faulted", error="InternalError")
    await eventually(Connector.objects.filter(number=1).exists, "the connector is made")
    code = (await in_db(Station.objects.get)()).code
    status, answer = await play.ask_app("/api/v1/charging/start", station_id=code, connector_id=1)
    assert (status, answer["error"]) == (409, "station_unavailable")
    found: Session = await in_db(Session.objects.get)(public_id=answer["details"]["session_id"])
    return found


async def lingering(play: Play) -> Session:
    """The car is full and stays: the idle fee begins after its grace."""
    await in_db(price_idling)()
    now = datetime.now(UTC).replace(microsecond=0)

    def before(minutes: float) -> str:
        return said(now - timedelta(minutes=minutes))

    number = await play.start(before(60))
    await play.say("Charging", before(60))
    await play.read(number, before(50), energy("12000"), power(7000))
    await play.read(number, before(40), energy("13000"), power(0))
    await play.say("SuspendedEV", before(40))
    await play.stop(number, before(15), meter=13_000, reason="EVDisconnected")
    await play.say("Available", before(15))
    session, _ = await play.bill(number)
    return session


async def answered(intent: str) -> None:
    """Wait until the station's answer to that command is written down."""
    await eventually(Command.objects.filter(intent=intent, state="accepted").exists, "the answer is noted")


def price_idling() -> None:
    """From now on, and for long before, standing there costs 5 KGS a minute after ten of them."""
    long_ago = datetime.now(UTC) - timedelta(days=300)
    idle: Any = rule(Dimension.PARKING_FEE, "5.00")
    rules = [per_kwh(str(Decimal(15))), idle]
    plan = TariffPlan.objects.get(name="Plain")
    tariffs.publish_version(plan=plan, rules=rules, in_force_from=long_ago, at=long_ago, idle_grace_seconds=600)
