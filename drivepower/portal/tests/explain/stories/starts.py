"""Plays of starts that are repeated, broken, odd, late or forbidden (situations 1, 2, 5, 6, 16, 17, 18)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from charging import reviewing, sweeps
from charging.models import Session
from drivepower.portal.tests.explain.stories.charges import ACCEPTED, answered, unplugged
from ocpp_consumer.tests.server import in_db, now
from ocpp_consumer.tests.stories.cast import Play, ago, energy, power
from ocpp_consumer.tests.stories.test_ends import rename


async def repeated(play: Play) -> Session:
    """Our answer to the start was lost: the station says it again, under a new message id."""
    at = ago(20)
    number = await play.start(at)
    assert await play.start(at) == number
    await play.say("Charging", ago(20))
    await play.stop(number, ago(5), meter=11_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def at_once(play: Play) -> Session:
    """A card charges already, and begins at another connector too."""
    await play.start(now())
    answer = await play.try_start(now(), connector=2)
    assert answer["idTagInfo"]["status"] == "ConcurrentTx"
    return await second_ends(play, answer["transactionId"])


async def second_ends(play: Play, number: int) -> Session:
    """The one that may not charge is told to stop, and does."""
    stop = await play.talk.hear()
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": number}]
    await play.talk.send([3, stop[1], ACCEPTED])
    await answered("stop_charging")
    await play.stop(number, now(), meter=10_000, reason="DeAuthorized")
    session, _ = await play.bill(number)
    return session


async def broken_inside(play: Play) -> Session:
    """Our own house breaks as the start comes; a person has looked at it since."""
    await in_db(rename)("billing_tariffversion", "billing_tariffversion_away")
    try:
        number = await play.start(ago(20))
    finally:
        await in_db(rename)("billing_tariffversion_away", "billing_tariffversion")
    await play.stop(number, ago(5), meter=11_000, reason="Local")
    session, _ = await play.bill(number)
    return session


async def repaired(play: Play) -> Session:
    """The same, after the right price was looked up and accepted."""
    session = await broken_inside(play)
    said: dict[str, Any] = {"session_id": session.pk, "reason": "The start broke.", "by": "staff:x"}
    await in_db(reviewing.rerun)(**said, at=datetime.now(UTC))
    await in_db(reviewing.accept)(**said, at=datetime.now(UTC))
    return session


async def odd(play: Play) -> Session:
    """A start of which nothing can be read is answered with an id of ours all the same."""
    said = {"connectorId": 1, "idTag": "", "meterStart": "soon", "timestamp": "never", "reservationId": None}
    number = (await play.talk.ask("StartTransaction", said))["transactionId"]
    await play.stop(number, now(), meter=11_000)
    session, _ = await play.bill(number)
    return session


async def replayed(play: Play) -> Session:
    """A charge while the network was away: statuses, start, readings and end come in one burst afterwards."""
    await play.say("Available", ago(30))
    await play.say("Charging", ago(120))
    number = await play.start(ago(120))
    await play.read(number, ago(110), energy("12000"), power(7000))
    await play.stop(number, ago(40), meter=16_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def after_all(play: Play) -> Session:
    """The start was given up, and comes all the same: the money is held again."""
    asked = await unplugged(play)
    await play.say("Preparing")
    number = await play.start(now(), tag=asked.tag)
    await play.stop(number, now(), meter=11_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    assert session.pk == asked.pk
    return session


async def hopeless(play: Play) -> Session:
    """The start comes after it was given up, and the money is held for another charge by now."""
    await play.say("Available")
    asked, call = await play.start_by_app(amount="900.00")
    await play.talk.send([3, call[1], ACCEPTED])
    await answered("start_charging")
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    moved = {"requested_at": long_ago, "expires_at": long_ago + timedelta(minutes=2)}
    await in_db(Session.objects.filter(pk=asked.pk).update)(**moved)
    await in_db(sweeps.fail_expired_starts)(at=datetime.now(UTC))
    other, call = await play.start_by_app(amount="900.00")
    await play.talk.send([3, call[1], ACCEPTED])
    await play.start(now(), tag=other.tag)
    answer = await play.try_start(ago(1), tag=asked.tag, connector=2)
    assert answer["idTagInfo"]["status"] == "Blocked"
    stop = await play.talk.hear()
    await play.talk.send([3, stop[1], ACCEPTED])
    await answered("stop_charging")
    await play.stop(answer["transactionId"], now(), meter=10_100, reason="Remote")
    session, _ = await play.bill(answer["transactionId"])
    assert session.pk == asked.pk
    return session


async def cancelled(play: Play) -> Session:
    """The driver cancels before it begins, and the station begins all the same."""
    await play.say("Available")
    asked, call = await play.start_by_app(amount="100.00")
    status, _ = await play.ask_app("/api/v1/charging/stop", session_id=str(asked.public_id))
    assert status == 200
    await play.talk.send([3, call[1], ACCEPTED])
    await answered("start_charging")
    started = await play.try_start(now(), tag=asked.tag)
    stop = await play.talk.hear()
    await play.talk.send([3, stop[1], ACCEPTED])
    await answered("stop_charging")
    await play.stop(started["transactionId"], now(), meter=10_200, reason="Remote")
    session, _ = await play.bill(started["transactionId"])
    return session


async def never_said(play: Play) -> Session:
    """The station accepts, the car charges, and no start is ever sent."""
    await play.say("Available", ago(10))
    asked, call = await play.start_by_app(amount="100.00")
    await play.talk.send([3, call[1], ACCEPTED])
    await answered("start_charging")
    long_ago = datetime.now(UTC) - timedelta(minutes=8)
    moved = {"requested_at": long_ago, "expires_at": long_ago + timedelta(minutes=2)}
    await in_db(Session.objects.filter(pk=asked.pk).update)(**moved)
    await play.say("Preparing", ago(7.9))
    await play.say("Charging", ago(7.5))
    await in_db(sweeps.fail_expired_starts)(at=datetime.now(UTC))
    return asked
