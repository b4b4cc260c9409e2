"""Plays of ends that are repeated, nameless, missing, somebody else's, or only wished for (3, 4, 7, 14, 19, 22, 23)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import IdTag
from charging import lifecycle, sweeps
from charging.models import Session, StrayMessage
from drivepower.portal.tests.explain.stories.charges import ACCEPTED, answered
from ocpp_consumer.tests.server import eventually, in_db, now
from ocpp_consumer.tests.stories.cast import CARD, Play, ago, energy, power
from ocpp_consumer.v16 import stops
from stations.models import Connector, ConnectorState


async def twice(play: Play) -> Session:
    """The end comes again after a restart, with another reason and a higher meter."""
    number = await play.start(ago(30))
    await play.stop(number, ago(10), meter=11_000, reason="Local")
    await play.stop(number, ago(5), meter=11_500, reason="PowerLoss")
    session, _ = await play.bill(number)
    return session


async def nameless(play: Play) -> Session:
    """The end names no charge, and its card tells whose it is."""
    number = await play.start(ago(30))
    await play.stop(-1, ago(5), meter=10_700, idTag=CARD, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def alone(play: Play) -> Session:
    """Only the end is replayed: its readings tell when and where it began."""
    data = [
        {"timestamp": ago(90), "sampledValue": [energy("10000", context="Transaction.Begin"), power(7000)]},
        {"timestamp": ago(60), "sampledValue": [energy("12000", context="Transaction.End")]},
    ]
    await play.say("Available")
    await eventually(Connector.objects.filter(number=1).exists, "the connector is made")
    await play.stop(99, ago(60), meter=12_000, transactionData=data, idTag=CARD)
    await in_db(StrayMessage.objects.update)(received_at=datetime.now(UTC) - timedelta(minutes=20))
    assert await in_db(stops.retry)(at=datetime.now(UTC)) == 1
    session, _ = await play.bill()
    return session


async def swollen(play: Play) -> Session:
    """The end carries a signed blob and a thousand samples."""
    number = await play.start(ago(20))
    blob = {"value": "OCMF|" + "A1" * 3000, "format": "SignedData", "context": "Transaction.End"}
    began = datetime.now(UTC) - timedelta(minutes=19)
    moments = [(began + timedelta(milliseconds=500 * one)).isoformat() for one in range(1000)]
    data: list[dict[str, Any]] = [{"timestamp": at, "sampledValue": [power(7000)]} for at in moments]
    data[-1]["sampledValue"].append(blob)
    await play.stop(number, ago(5), meter=10_700, transactionData=data)
    session, _ = await play.bill(number)
    return session


async def freed(play: Play) -> Session:
    """The connector is free again, and no end was ever told."""
    number = await play.start(ago(60))
    await play.say("Charging", ago(60))
    await play.read(number, ago(40), energy("14000"), power(7000))
    await play.say("Available", ago(29))
    past = datetime.now(UTC) - timedelta(minutes=29)
    await in_db(Session.objects.update)(start_received_at=datetime.now(UTC) - timedelta(minutes=60))
    await in_db(ConnectorState.objects.update)(received_at=past)
    assert await in_db(sweeps.end_hung)(at=datetime.now(UTC)) == 1
    session, _ = await play.bill(number)
    return session


async def freed_and_told(play: Play) -> Session:
    """The same, and the end comes after all."""
    session = await freed(play)
    await play.stop(int(session.ocpp_id), ago(29), meter=15_000, reason="EVDisconnected")
    session, _ = await play.bill(session.ocpp_id)
    return session


async def other_card(play: Play) -> Session:
    """The own card is blocked meanwhile, and another one ends it."""
    number = await play.start(ago(30))
    await in_db(IdTag.objects.filter(value=CARD).update)(blocked=True)
    assert await play.stop(number, ago(5), meter=10_500, idTag="OTHER") == {"idTagInfo": {"status": "Invalid"}}
    session, _ = await play.bill(number)
    return session


async def unwilling(play: Play) -> Session:
    """The operator stops it, the station accepts, and the car draws on."""
    number = await play.start(now())
    await play.read(number, now(), energy("10300"), power(7000))

    def ask() -> None:
        at = datetime.now(UTC)
        lifecycle.request_stop(session=Session.objects.get(), asked_by="staff:x", cause="operator", at=at)

    await in_db(ask)()
    call = await play.talk.hear()
    await play.talk.send([3, call[1], ACCEPTED])
    await answered("stop_charging")
    await play.read(number, now(), energy("10600"), power(7000))
    session = await play.session(number)
    assert session.state == "stopping"
    return session


async def willing_at_last(play: Play) -> Session:
    """The same, and the end comes with all that has flowed until then."""
    session = await unwilling(play)
    await play.stop(int(session.ocpp_id), now(), meter=10_900, reason="Remote")
    session, _ = await play.bill(session.ocpp_id)
    return session
