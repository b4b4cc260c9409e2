"""The RPC layer as part A2 of the checklist has it (R1 to R15), where `test_answer` and `test_carry_out` leave off."""

import asyncio
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ocpp_consumer import gateway
from ocpp_consumer.consumer import LONGEST_FRAME
from ocpp_consumer.line import LONGEST
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, Talk, basic, eventually, in_db, make_station, now, talking
from stations import commands
from stations.models import Command, Connector, Station

HEARTBEAT = '[2,"1","Heartbeat",%s]'
LONG = '[2,"1","DataTransfer",{"vendorId":"x","data":"%s"}]'

# A text, and how its answer begins; nothing is answered to None.
SAID: dict[str, tuple[str | bytes, list[Any] | None]] = {
    "exactly the longest": (LONG % ("y" * (LONGEST_FRAME - len(LONG) + 2)), [3, "1", {"status": "UnknownVendorId"}]),
    "duplicate keys": ('[2,"1","Authorize",{"idTag":7,"idTag":"CARD"}]', [3, "1"]),
    "duplicate keys, the last one wrong": (
        '[2,"1","Authorize",{"idTag":"CARD","idTag":7}]',
        [4, "1", "TypeConstraintViolation"],
    ),
    "byte order mark": ("\ufeff" + HEARTBEAT % "{}", None),
    "whitespace around": (" \r\n\t" + HEARTBEAT % "{}" + "\n", [3, "1"]),
    "whitespace alone": (" \t\r\n", None),
    "one bracket": ("[", None),
    "empty": ("", None),
    "binary": (b"\xff\x00[2", None),
    "empty binary": (b"", None),
    "not a number": (HEARTBEAT % '{"a":NaN}', None),
    "infinite": (HEARTBEAT % '{"a":-Infinity}', None),
    "beyond floats": (HEARTBEAT % '{"a":1e999}', [3, "1"]),
    "deep": (HEARTBEAT % ('{"a":' * 200 + "1" + "}" * 200), [3, "1"]),
    "too deep": ("[" * 500_000, None),
    "nul": (HEARTBEAT % '{"a\\u0000":"\\u0000"}', [3, "1"]),
    "raw nul": (HEARTBEAT % '{"a":"\x00"}', None),
    "lone surrogates": ('[2,"\\udfff","Authorize",{"idTag":"\\ud800"}]', [3, "\udfff"]),
    "unknown action, longer than its column": (f'[2,"1","{"x" * 61}",{{}}]', [4, "1", "NotImplemented"]),
    "unknown action, very long": (f'[2,"1","{"x" * 500_000}",{{}}]', [4, "1", "NotImplemented"]),
    "known action, other direction": ('[2,"1","CertificateSigned",{}]', [4, "1", "NotSupported"]),
    "id null": ('[2,null,"Heartbeat",{}]', None),
    "id true": ('[2,true,"Heartbeat",{}]', None),
    "id array": ('[2,["1"],"Heartbeat",{}]', None),
    "id object": ('[2,{"1":1},"Heartbeat",{}]', None),
    "id empty": ('[2,"","Heartbeat",{}]', [3, ""]),
    "id zero": ('[2,0,"Heartbeat",{}]', [3, 0]),
    "id negative": ('[2,-7,"Heartbeat",{}]', [3, -7]),
    "id float": ('[2,1.5,"Heartbeat",{}]', [3, 1.5]),
    "id of thirty digits": (f'[2,{"9" * 30},"Heartbeat",{{}}]', [3, int("9" * 30)]),
    "id of 36 letters": (f'[2,"{"x" * 36}","Heartbeat",{{}}]', [3, "x" * 36]),
    "id of 37 letters": (f'[2,"{"x" * 37}","Heartbeat",{{}}]', [4, "x" * 37, "FormationViolation"]),
    "payload null": (HEARTBEAT % "null", [3, "1"]),
    "payload array": (HEARTBEAT % "[]", [4, "1", "FormationViolation"]),
    "payload text": (HEARTBEAT % '"{}"', [4, "1", "FormationViolation"]),
    "payload number": (HEARTBEAT % "0", [4, "1", "FormationViolation"]),
    "three elements": ('[2,"1","Heartbeat"]', [4, "1", "FormationViolation"]),
    "two elements": ('[2,"1"]', [4, "1", "FormationViolation"]),
    "one element": ("[2]", None),
    "five elements": ('[2,"1","Heartbeat",{},{}]', [4, "1", "FormationViolation"]),
    "type 5": ('[5,"1","Heartbeat",{}]', None),
    "type as text": ('["2","1","Heartbeat",{}]', None),
    "result of nothing": ('[3,"1",{}]', None),
    "result without payload": ('[3,"1"]', None),
    "error of nothing": ('[4,"1","GenericError","",{}]', None),
    "error with a number for a code": ('[4,"1",7,"",{}]', None),
}


@pytest.mark.parametrize("what", SAID)
async def test_it_answers_or_keeps_silent(talk: Talk, what: str) -> None:
    text, answer = SAID[what]
    await talk.send(text)
    if answer is not None:
        heard = await talk.hear()
        assert heard[: len(answer)] == answer
        assert len(heard) == 3 or heard[4] == {}
    assert await talk.ask("Heartbeat", {}, message_id="next")
    assert await in_db(Frame.objects.filter(direction="in").count)() == 2
    if answer is None or answer[0] == 4:
        assert await in_db(Frame.objects.filter(direction="in").exclude(error="").count)() == 1


async def test_it_never_quotes_what_it_refuses(talk: Talk) -> None:
    for payload in ({"idTag": {"c0ffee": "c0ffee"}}, {"idTag": ["c0ffee"]}, {"c0ffee": "c0ffee"}):
        await talk.send([2, "1", "Authorize", payload])
        answer = await talk.hear()
        assert answer[0] == 4
        assert "c0ffee" not in json.dumps(answer)


@pytest.mark.parametrize("registration", [Station.Registration.PENDING, Station.Registration.REJECTED])
async def test_it_says_no_more_than_that_a_station_is_not_accepted(server: Server, registration: str) -> None:
    _, key = await in_db(make_station)(registration=registration)
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        for action in ("Heartbeat", "StartTransaction", "MakeCoffee", "Reset"):
            await talk.send([2, "1", action, {}])
            assert (await talk.hear())[:3] == [4, "1", "SecurityError"]


async def hold_up(talk: Talk, station: Station, *frames: list[Any]) -> list[Any]:
    """What is answered to frames that came while a verb had to wait for a lock."""
    await talk.ask("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"})
    connectors = Connector.objects.filter(station=station, number=1)
    await eventually(connectors.exists, "the connector is made")
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            connectors.select_for_update().get()
            held.set()
            free.wait()

    holding = asyncio.ensure_future(in_db(hold, thread_sensitive=False)())
    await asyncio.to_thread(held.wait)
    start = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": now()}
    await talk.send([2, "start", "StartTransaction", start])
    for frame in frames:
        await talk.send(frame)
    free.set()
    await holding
    assert (await talk.hear())[:2] == [3, "start"]
    return [await talk.hear() for frame in frames if frame[0] == 2]


async def test_it_refuses_an_id_that_is_in_process(talk: Talk, station: Station) -> None:
    """The first is answered for what it is; once it is answered its id may come again."""
    answers = await hold_up(
        talk, station, [2, "same", "Heartbeat", {}], [2, "start", "Heartbeat", {}], [2, "same", "Heartbeat", {}]
    )
    assert [answer[:2] for answer in answers] == [[3, "same"], [4, "start"], [4, "same"]]
    assert [answer[2] for answer in answers[1:]] == ["GenericError"] * 2
    assert await talk.ask("Heartbeat", {}, message_id="same")
    assert await talk.ask("Heartbeat", {}, message_id="start")
    assert await in_db(Frame.objects.filter(direction="in", message_id="same").count)() == 3


def ask(station: Station, *, seconds: float = 30) -> Command:
    """Queue a command."""
    at = timezone.now()
    return commands.send(
        station=Station.objects.get(pk=station.pk),
        intent="ClearCache",
        payload={},
        asked_by="operator",
        expires_at=at + timedelta(seconds=seconds),
        at=at,
    )


async def ended(command: Command) -> Command:
    """The command once it is over."""
    over = Command.objects.filter(pk=command.pk).exclude(state__in=[Command.State.QUEUED, Command.State.SENT])
    found = await eventually(over.first, "the command is over")
    assert isinstance(found, Command)
    return found


async def test_it_reads_an_answer_behind_more_calls_than_may_wait(talk: Talk, station: Station) -> None:
    """Reading pauses at so many, and goes on as they are answered: no verb waits for a station's answer."""
    command = await in_db(ask)(station)
    call = await talk.hear()
    calls = [[2, str(number), "Heartbeat", {}] for number in range(LONGEST + 20)]
    answers = await hold_up(talk, station, *calls, [3, call[1], {"status": "Accepted"}])
    assert [answer[:2] for answer in answers] == [[3, one[1]] for one in calls]
    assert (await ended(command)).state == Command.State.ACCEPTED


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        ([3, None, None], Command.State.ACCEPTED, None),
        ([3, None], Command.State.FAILED, "FormationViolation"),
        ([3, None, []], Command.State.FAILED, "FormationViolation"),
        ([3, None, {}, {}], Command.State.FAILED, "FormationViolation"),
        ([4, None], Command.State.FAILED, "FormationViolation"),
        ([4, None, 7, "", {}], Command.State.FAILED, "FormationViolation"),
        ([4, None, "FormatViolation", "", {}], Command.State.FAILED, "FormatViolation"),
        ([4, None, "OccurrenceConstraintViolation", "", {}], Command.State.FAILED, "OccurrenceConstraintViolation"),
        ([4, None, "x" * 70_000, "y" * 70_000, {"z": "\x00"}], Command.State.FAILED, "x" * 50),
    ],
)
async def test_it_ends_a_command_at_once_by_whatever_answers_it(
    talk: Talk, station: Station, answer: list[Any], state: str, error: str | None
) -> None:
    """Well before the 30 seconds that a station has: `eventually` would not wait so long."""
    command = await in_db(ask)(station)
    call = await talk.hear()
    await talk.send([answer[0], call[1], *answer[2:]])
    over = await ended(command)
    assert (over.state, over.answer.get("error")) == (state, error)
    assert await talk.ask("Heartbeat", {})


async def test_it_waits_for_its_turn_no_longer_than_it_is_good_for(talk: Talk, station: Station) -> None:
    """A station that does not answer one call holds up the next, but not for ever; it never goes out late."""
    await in_db(ask)(station)
    first = await talk.hear()
    second = await in_db(ask)(station, seconds=2)
    assert (await ended(second)).state == Command.State.TIMED_OUT
    await talk.send([3, first[1], {"status": "Accepted"}])
    assert await talk.ask("Heartbeat", {})


async def test_it_drops_what_nobody_asked_for(talk: Talk, station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late answers, repeated ones and those to nothing: kept as frames, and not in memory."""
    monkeypatch.setattr(settings, "OCPP_FRAMES_PER_SECOND", 100_000)
    command = await in_db(ask)(station)
    call = await talk.hear()
    await talk.send([3, call[1], {"status": "Accepted"}])
    for number in range(1000):
        await talk.send([3, call[1] if number % 2 else str(number), {"status": "Rejected", "n": number}])
    assert await talk.ask("Heartbeat", {})
    assert (await ended(command)).state == Command.State.ACCEPTED
    (held,) = [one for task in gateway._gateways.values() for one in task.result().conversations.values()]
    assert held.pending._calls == {}
    unasked = Frame.objects.filter(direction="in", message_type=3, error="nobody waits for this answer")
    assert await in_db(unasked.count)() == 1000
