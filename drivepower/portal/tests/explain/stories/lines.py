"""Plays of lines that break, double or babble, and of stations that restart (situations 18, 20, 24 to 28)."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from charging import watch
from charging.models import Session
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Talk, basic, eventually, in_db, make_station, now, talking
from ocpp_consumer.tests.stories.cast import Play, ago, energy, power, said
from stations import outages
from stations.models import ConnectionSpan, ConnectorState, Gateway, Station

BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


@dataclass(frozen=True)
class Where:
    """Where the station's endpoint listens."""

    url: str


@asynccontextmanager
async def another_line(play: Play, path: str = "", *, protocols: Sequence[str] = ("ocpp1.6",)) -> AsyncIterator[Talk]:
    """One more socket of the same station, by the same key."""
    host, port = play.talk.socket.remote_address[:2]
    asked = play.talk.socket.request
    assert asked is not None
    headers = {"Authorization": asked.headers["Authorization"]}
    where = Where(f"ws://{host}:{port}")
    async with talking(where, path or asked.path, headers=headers, subprotocols=tuple(protocols)) as talk:
        yield talk
    await eventually(lambda: not ConnectionSpan.objects.filter(until=None).exists(), "the farewell is written")


async def the_station(_play: Play) -> Station:
    """The station of the play, whose time is explained."""
    found: Station = await in_db(Station.objects.select_related("location", "gateway").get)()
    return found


async def restarted(play: Play) -> Session:
    """It boots in the middle, and the charge goes on."""
    number = await play.start(ago(10))
    await play.say("Charging", ago(10))
    await play.talk.ask("BootNotification", BOOT)
    await play.read(number, now(), energy("10400"), power(7000))
    await play.stop(number, now(), meter=10_800, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def power_lost(play: Play) -> Session:
    """The supply fails, and the station tells of the end when it has booted."""
    number = await play.start(ago(10))
    await play.talk.ask("BootNotification", BOOT)
    await play.stop(number, ago(5), meter=10_800, reason="PowerLoss")
    session, _ = await play.bill(number)
    return session


async def half_open(play: Play) -> Session:
    """The station comes back on a second socket while the first one still stands."""
    number = await play.start(ago(10))
    async with another_line(play) as talk:
        await play.talk.closed()
        newer = Play(talk, play.driver)
        await newer.read(number, now(), energy("10200"), power(7000))
        await newer.stop(number, now(), meter=10_400, reason="EVDisconnected")
        session, _ = await newer.bill(number)
    return session


async def unbooted(play: Play) -> Session:
    """The line breaks in the middle; the station comes back with its end, and never boots."""
    now = datetime.now(UTC).replace(microsecond=0)
    number = await play.start(ago(30))
    await play.talk.socket.close()
    await eventually(ConnectionSpan.objects.exclude(until=None).exists, "the line has ended")
    await in_db(ConnectionSpan.objects.update)(until=now - timedelta(minutes=20))
    async with another_line(play) as talk:
        newer = Play(talk, play.driver)
        await newer.stop(number, said(now - timedelta(minutes=10)), meter=10_500, reason="EVDisconnected")
        session, _ = await newer.bill(number)
    return session


async def silent(play: Play) -> Station:
    """It charges, and no start was ever sent."""
    await play.say("Charging")
    await eventually(ConnectorState.objects.filter(status="Charging").exists, "the status is kept")
    await in_db(ConnectorState.objects.update)(received_at=datetime.now(UTC) - timedelta(minutes=6))
    await in_db(Gateway.objects.update)(renewed_at=datetime.now(UTC))
    assert await in_db(watch.tell_of_silent_charges)(at=datetime.now(UTC)) == 1
    return await the_station(play)


async def odd_address(play: Play) -> Station:
    """Its address has a tail and it offers a protocol that nobody knows beside ours: it is let in all the same."""
    await play.talk.socket.close()
    await eventually(ConnectionSpan.objects.exclude(until=None).exists, "the line has ended")
    async with another_line(play, "/ws/CP%201/", protocols=("soap", "ocpp1.6")) as talk:
        assert talk.socket.subprotocol == "ocpp1.6"
        await talk.ask("BootNotification", BOOT)
        await talk.ask("StatusNotification", {"connectorId": 1, "status": "Available", "errorCode": "NoError"})
    return await the_station(play)


async def no_protocol(play: Play) -> Station:
    """It offers no protocol at all, as old firmware does, and may: it is let in, and none is named to it."""
    await play.talk.socket.close()
    await eventually(ConnectionSpan.objects.exclude(until=None).exists, "the line has ended")
    await in_db(Station.objects.update)(allows_no_subprotocol=True)
    async with another_line(play, protocols=()) as talk:
        assert talk.socket.subprotocol is None
        await talk.ask("StatusNotification", {"connectorId": 1, "status": "Available", "errorCode": "NoError"})
    return await the_station(play)


async def garbage(play: Play) -> Station:
    """Broken JSON, lines and binary in the middle of a charge, which does not notice."""
    number = await play.start(now())
    for one in ("{", '[2,"x"', "\n", b"\xff\x00", '[3,"nobody",{}]', "[[[["):
        await play.talk.send(one)
    await play.talk.send(json.dumps([2, "p", "Heartbeat", {}], indent=2))
    assert (await play.talk.hear())[:2] == [3, "p"]
    await play.stop(number, now(), meter=10_200, reason="EVDisconnected")
    await eventually(lambda: Frame.objects.exclude(error="").count() == 6, "the frames are kept")
    return await the_station(play)


async def in_disorder(play: Play) -> Station:
    """Statuses of both connectors and of the whole come in any order beside a charge; each keeps its own time."""
    await play.say("Available", ago(1))
    await play.say("Charging", ago(8))
    await play.say("Faulted", ago(4), connector=2, error="OverVoltage")
    number = await play.start(ago(8))
    await play.say("Available", ago(9), connector=0)
    await play.stop(number, ago(2), meter=11_000, reason="EVDisconnected")
    await play.say("Finishing", ago(2))
    await play.say("Available", ago(3), connector=2)
    await in_db(ConnectionSpan.objects.update)(since=datetime.now(UTC) - timedelta(minutes=10))
    return await the_station(play)


async def stray(play: Play) -> Station:
    """An end that fits nothing is sent again and again."""
    for _ in range(3):
        await play.stop(-1, ago(60), meter=11_000, idTag="NOBODY")
    return await the_station(play)


async def together(play: Play) -> Station:
    """Five stations lose their lines in the same minute: one alert, and the page of each knows of the others."""
    await in_db(Station.objects.update)(service_state=Station.ServiceState.IN_SERVICE)
    host, port = play.talk.socket.remote_address[:2]
    for number in range(2, 6):
        _, key = await in_db(make_station)(f"CP {number}", service_state=Station.ServiceState.IN_SERVICE)
        path, headers = f"/ocpp/CP%20{number}", basic(f"CP {number}", key)
        async with talking(Where(f"ws://{host}:{port}"), path, headers=headers) as talk:
            await talk.ask("Heartbeat", {})
    await play.talk.socket.close()
    await eventually(lambda: ConnectionSpan.objects.exclude(until=None).count() == 5, "all lines have ended")
    at = datetime.now(UTC)
    earlier = {"since": at - timedelta(hours=1), "until": at - timedelta(minutes=3)}
    await in_db(ConnectionSpan.objects.update)(**earlier)
    assert await in_db(outages.watch)(at=at)
    found: Station = await in_db(Station.objects.select_related("location", "gateway").get)(identity="CP 1")
    return found


async def back_without_boot(play: Play) -> Station:
    """Its line breaks with many others', and it comes back without a boot."""
    await unbooted(play)
    earlier = datetime.now(UTC) - timedelta(minutes=40)
    await in_db(Station.objects.update)(created_at=earlier)
    await in_db(ConnectionSpan.objects.filter(epoch=1).update)(since=earlier)
    return await the_station(play)
