"""Requests that change nothing here: ClearCache and DataTransfer, and what every answer may be."""

import pytest
from django.conf import settings

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.asking.world import State, fail, outcome, problems, reply, said_to, through_door
from ocpp_consumer.tests.server import Talk, eventually, in_db
from stations.models import Command, Station


@pytest.mark.parametrize(("word", "state"), [("Accepted", State.ACCEPTED), ("Rejected", State.REJECTED)])
async def test_it_clears_the_cache(talk: Talk, station: Station, word: str, state: str) -> None:
    command = await through_door(station, "ClearCache", {})
    await reply(talk, "ClearCache", {}, {"status": word})
    assert (await outcome(command, state)).answer == {"status": word}


async def test_it_transfers_data_and_shows_what_came_back(talk: Talk, station: Station) -> None:
    payload = {"vendorId": "org.example", "messageId": "Hello", "data": "to ftp://user:hush@files.example/x"}
    command = await through_door(station, "DataTransfer", payload)
    await reply(talk, "DataTransfer", payload, {"status": "Accepted", "data": "token: hush2"})
    done = await outcome(command, State.ACCEPTED)
    assert done.answer == {"status": "Accepted", "data": "token: ***"}
    assert "hush" not in (await said_to(station, "org.example")).text


@pytest.mark.parametrize("word", ["Rejected", "UnknownMessageId", "UnknownVendorId"])
async def test_it_takes_no_for_an_answer(talk: Talk, station: Station, word: str) -> None:
    command = await through_door(station, "DataTransfer", {"vendorId": "org.example"})
    await reply(talk, "DataTransfer", {"vendorId": "org.example"}, {"status": word})
    assert (await outcome(command, State.REJECTED)).answer == {"status": word}


async def test_it_needs_a_vendor(talk: Talk, station: Station) -> None:
    assert await problems(station, "DataTransfer", {"vendorId": " "}) == "vendorId is empty."


@pytest.mark.parametrize("code", ["NotSupported", "NotImplemented", "InternalError", "SomethingOfTheirOwn"])
async def test_it_notes_an_error(talk: Talk, station: Station, code: str) -> None:
    command = await through_door(station, "ClearCache", {})
    await fail(talk, code)
    assert (await outcome(command, State.FAILED)).answer == {"error": code, "description": "no"}


@pytest.mark.parametrize("status", [["Accepted"], {"is": "Accepted"}, 7], ids=["list", "object", "number"])
async def test_it_takes_an_odd_answer_for_a_no(talk: Talk, station: Station, status: object) -> None:
    command = await through_door(station, "ClearCache", {})
    await reply(talk, "ClearCache", {}, {"status": status})
    assert (await outcome(command, State.REJECTED)).answer == {"status": status}


async def test_it_keeps_the_frame_of_a_late_answer_and_nothing_else(
    talk: Talk, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OCPP_CALL_TIMEOUT_SECONDS", 0.2)
    command = await through_door(station, "ClearCache", {})
    call = await talk.hear()
    await outcome(command, State.TIMED_OUT)
    await talk.send([3, call[1], {"status": "Accepted"}])
    late = Frame.objects.filter(station=station, direction="in", message_id=call[1])
    frame = await eventually(late.first, "the late answer is kept")
    assert frame.error == "nobody waits for this answer"
    assert (await in_db(Command.objects.get)(pk=command.pk)).answer == {}
