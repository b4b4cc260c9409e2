"""Asking a station through the operator's door, and answering as the station."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from charging.models import Session
from drivepower.core.refusals import Refusal
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Talk, eventually, in_db
from ocpp_consumer.v16.door import ask
from stations import commands
from stations.models import Command, Connector, Station

State = Command.State
Effect = Command.Effect


async def through_door(station: Station, action: str, payload: Any, *, force: bool = False) -> Command:
    """Ask as an operator does."""
    command: Command = await in_db(ask)(
        station=station, action=action, payload=payload, asked_by="staff:1", at=timezone.now(), force=force
    )
    return command


async def refused(station: Station, action: str, payload: Any, *, force: bool = False) -> Refusal:
    """The door's no."""
    try:
        await through_door(station, action, payload, force=force)
    except Refusal as refusal:
        assert not await in_db(Command.objects.filter(intent=action).exists)()
        return refusal
    raise AssertionError("it was not refused")


async def problems(station: Station, action: str, payload: Any) -> str:
    """What is wrong with it, where a person may send it all the same."""
    refusal = await refused(station, action, payload)
    assert refusal.code == "command_breaks_rules"
    assert refusal.message == " ".join(refusal.details["problems"])
    return refusal.message


async def intend(station: Station, intent: str, payload: dict[str, Any], **more: Any) -> Command:
    """Ask as a verb does."""
    at = timezone.now()
    command: Command = await in_db(commands.send)(
        station=await in_db(Station.objects.get)(pk=station.pk),
        intent=intent,
        payload=payload,
        asked_by="system",
        expires_at=at + timedelta(seconds=30),
        at=at,
        **more,
    )
    return command


async def reply(talk: Talk, action: str, payload: dict[str, Any], answer: dict[str, Any]) -> None:
    """Hear exactly this request as the station, and answer it."""
    call = await talk.hear()
    assert call[0] == 2
    assert call[2:] == [action, payload]
    await talk.send([3, call[1], answer])


async def fail(talk: Talk, code: str) -> None:
    """Hear a request as the station, and answer with a CALLERROR."""
    call = await talk.hear()
    await talk.send([4, call[1], code, "no", {}])


async def outcome(command: Command, state: str) -> Command:
    """The command once it has come to that state."""
    found = await eventually(lambda: Command.objects.filter(pk=command.pk, state=state).first(), f"it is {state}")
    assert isinstance(found, Command)
    return found


async def effect(command: Command, wanted: str) -> None:
    """Wait until the command's effect is that."""
    await eventually(lambda: Command.objects.filter(pk=command.pk, effect=wanted).exists(), f"its effect is {wanted}")


async def connectors(station: Station, *numbers: int) -> None:
    """Give the station connectors."""
    for number in numbers:
        await in_db(Connector.objects.get_or_create)(station=station, number=number)


async def charging(station: Station) -> Session:
    """A car that charges at connector 1."""
    connector = (await in_db(Connector.objects.get_or_create)(station=station, number=1))[0]
    session: Session = await in_db(Session.objects.create)(
        station=station,
        connector=connector,
        tag="T1",
        asked_by="app",
        state="active",
        started_at=timezone.now(),
        holds_connector=True,
    )
    return session


async def said_to(station: Station, text: str) -> Frame:
    """The frame of ours that holds this text, once it is stored."""
    frames = Frame.objects.filter(station=station, direction="out", text__contains=text)
    found = await eventually(frames.first, f"a frame with {text}")
    assert isinstance(found, Frame)
    return found
