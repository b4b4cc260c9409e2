"""Plays of starts that the station leaves unanswered: it says nothing, or is gone before it does."""

from django.test import override_settings

from charging.models import Session
from ocpp_consumer.tests.server import eventually, now
from ocpp_consumer.tests.stories.cast import Play
from stations.models import Command

IMPATIENT = override_settings(OCPP_CALL_TIMEOUT_SECONDS=1)


async def failed(asked: Session) -> None:
    """Wait until the start is given up."""
    await eventually(Session.objects.filter(pk=asked.pk, state="failed").exists, "the start is given up")


async def unanswered(play: Play) -> Session:
    """The station is connected, hears our start, and says nothing to it."""
    await play.say("Available")
    with IMPATIENT:
        asked, _ = await play.start_by_app(amount="100.00")
        await failed(asked)
    return asked


async def gone(play: Play) -> Session:
    """The line ends before the station has answered."""
    await play.say("Available")
    asked, _ = await play.start_by_app(amount="100.00")
    await play.talk.socket.close()
    await failed(asked)
    return asked


async def begun_all_the_same(play: Play) -> Session:
    """The station answers nothing, and begins later: the money is held again."""
    asked = await unanswered(play)
    number = await play.start(now(), tag=asked.tag)
    await play.stop(number, now(), meter=11_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    assert session.pk == asked.pk
    return session


async def broken_off(play: Play) -> Session:
    """The station answers our start with an error of its own."""
    await play.say("Available")
    asked, call = await play.start_by_app(amount="100.00")
    await play.talk.send([4, call[1], "InternalError", "relay stuck", {}])
    await failed(asked)
    await eventually(Command.objects.filter(state="failed").exists, "the error is noted")
    return asked
