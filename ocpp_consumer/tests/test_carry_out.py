"""A command goes out on the station's own socket, is answered once, and ends in bounded time."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from charging.models import Session
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import (
    Server,
    Talk,
    basic,
    eventually,
    in_db,
    make_station,
    now,
    running_server,
    talking,
    wait_until,
)
from stations import commands
from stations.models import Command, Connector, Station

State = Command.State


def ask(station: Station, intent: str, payload: dict[str, Any], *, subject: str = "") -> Command:
    """Queue a command as a verb does."""
    at = timezone.now()
    return commands.send(
        station=Station.objects.get(pk=station.pk),
        intent=intent,
        payload=payload,
        subject=subject,
        asked_by="system",
        expires_at=at + timedelta(seconds=30),
        at=at,
    )


async def outcome(command: Command, state: str) -> Command:
    """The command once it has come to that state."""
    found = await eventually(lambda: Command.objects.filter(pk=command.pk, state=state).first(), f"it is {state}")
    assert isinstance(found, Command)
    return found


def requested(station: Station) -> Session:
    """A session that waits for the station's answer."""
    connector = Connector.objects.get_or_create(station=station, number=1)[0]
    return Session.objects.create(
        station=station, connector=connector, tag="T1", asked_by="app", state="requested", holds_connector=True
    )


async def test_it_asks_the_station_to_start(talk: Talk, station: Station) -> None:
    session = await in_db(requested)(station)
    wish = {"connector": 1, "id_tag": "T1"}
    command = await in_db(ask)(station, "start_charging", wish, subject=session.subject)
    call = await talk.hear()
    assert call[0] == 2
    assert len(call[1]) <= 36
    assert call[2:] == ["RemoteStartTransaction", {"connectorId": 1, "idTag": "T1"}]
    sent = await in_db(Command.objects.get)(pk=command.pk)
    assert (sent.state, sent.epoch) == (State.SENT, 1)
    await talk.send([3, call[1], {"status": "Accepted"}])
    answered = await outcome(command, State.ACCEPTED)
    assert answered.answer == {"status": "Accepted"}
    assert (await in_db(Session.objects.get)()).state == "requested"
    frames = Frame.objects.filter(message_id=call[1]).order_by("id")
    kept = await eventually(lambda: list(frames) if frames.count() == 2 else [], "call and answer are kept")
    assert [(one.direction, one.message_type, one.action) for one in kept] == [
        ("out", 2, "RemoteStartTransaction"),
        ("in", 3, "RemoteStartTransaction"),
    ]


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ([3, None, {"status": "Rejected"}], State.REJECTED),
        ([4, None, "NotSupported", "no", {}], State.FAILED),
        ([4, None, "VendorError"], State.FAILED),
    ],
)
async def test_it_fails_the_session_when_the_station_refuses(
    talk: Talk, station: Station, reply: list[Any], state: str
) -> None:
    session = await in_db(requested)(station)
    wish = {"connector": 1, "id_tag": "T1"}
    command = await in_db(ask)(station, "start_charging", wish, subject=session.subject)
    call = await talk.hear()
    await talk.send([reply[0], call[1], *reply[2:]])
    await outcome(command, state)
    failed = await eventually(lambda: Session.objects.filter(state="failed").first(), "the session has failed")
    assert failed.failure == "start_rejected"


async def test_it_says_that_nobody_answered_when_the_station_goes_before_it_does(server: Server) -> None:
    station, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        session = await in_db(requested)(station)
        wish = {"connector": 1, "id_tag": "T1"}
        command = await in_db(ask)(station, "start_charging", wish, subject=session.subject)
        await talk.hear()
    await outcome(command, State.FAILED)
    failed = await eventually(lambda: Session.objects.filter(state="failed").first(), "the session has failed")
    assert (failed.failure, failed.failure_text) == ("start_unanswered", "The station did not answer.")


async def test_it_stops_by_the_stations_own_number_and_takes_no_for_an_answer(talk: Talk, station: Station) -> None:
    start = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": now()}
    transaction = (await talk.ask("StartTransaction", start))["transactionId"]
    await in_db(Session.objects.update)(state="stopping")
    command = await in_db(ask)(
        station, "stop_charging", {"ocpp_id": str(transaction)}, subject=f"session:{transaction}"
    )
    call = await talk.hear()
    assert call[2:] == ["RemoteStopTransaction", {"transactionId": transaction}]
    await talk.send([3, call[1], {"status": "Rejected"}])
    await outcome(command, State.REJECTED)
    await eventually(lambda: Session.objects.filter(state="active").exists(), "the session is active again")


async def test_it_fails_what_is_under_way_when_the_station_goes_and_keeps_what_waits(server: Server) -> None:
    station, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        first = await in_db(ask)(station, "GetConfiguration", {})
        second = await in_db(ask)(station, "ClearCache", {})
        await talk.hear()
        await outcome(second, State.SENT)
    failed = await outcome(first, State.FAILED)
    assert failed.answer["error"] == "disconnected"
    await outcome(second, State.QUEUED)
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        assert (await talk.hear())[2] == "ClearCache"


async def test_it_asks_one_thing_after_the_other(talk: Talk, station: Station) -> None:
    await in_db(ask)(station, "GetConfiguration", {})
    waiting = await in_db(ask)(station, "ClearCache", {})
    first = await talk.hear()
    await outcome(waiting, State.SENT)
    assert await talk.ask("Heartbeat", {})  # a crossing call is answered meanwhile, and nothing else comes before it
    await talk.send([3, first[1], {}])
    second = await talk.hear()
    assert [first[2], second[2]] == ["GetConfiguration", "ClearCache"]


async def test_it_hears_the_answer_before_what_came_before_it(talk: Talk, station: Station) -> None:
    """An answer is never queued behind the station's own calls, which wait for the database."""
    command = await in_db(ask)(station, "ClearCache", {})
    call = await talk.hear()
    for number in range(20):
        await talk.send([2, str(number), "Authorize", {"idTag": "X"}])
    await talk.send([3, call[1], {"status": "Accepted"}])
    await outcome(command, State.ACCEPTED)
    for number in range(20):
        assert (await talk.hear())[1] == str(number)


async def test_it_gives_up_on_a_silent_station_and_ignores_its_late_answer(
    talk: Talk, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OCPP_CALL_TIMEOUT_SECONDS", 0.2)
    first = await in_db(ask)(station, "GetConfiguration", {})
    late = await talk.hear()
    await outcome(first, State.TIMED_OUT)
    monkeypatch.setattr(settings, "OCPP_CALL_TIMEOUT_SECONDS", 30)
    second = await in_db(ask)(station, "ClearCache", {})
    call = await talk.hear()
    await talk.send([3, late[1], {"late": True}])
    await talk.send([3, call[1], {"status": "Accepted"}])
    assert (await outcome(second, State.ACCEPTED)).answer == {"status": "Accepted"}
    assert (await in_db(Command.objects.get)(pk=first.pk)).state == State.TIMED_OUT


async def test_it_sends_what_was_asked_while_the_station_was_away(server: Server) -> None:
    station, key = await in_db(make_station)()
    await in_db(ask)(station, "ClearCache", {})
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        assert (await talk.hear())[2] == "ClearCache"


@pytest.mark.parametrize("registration", [Station.Registration.PENDING, Station.Registration.REJECTED])
async def test_it_starts_nothing_at_a_station_that_is_not_accepted(server: Server, registration: str) -> None:
    station, key = await in_db(make_station)(registration=registration)
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)):
        command = await in_db(ask)(station, "start_charging", {"connector": 1, "id_tag": "T1"})
        assert (await outcome(command, State.FAILED)).answer == {"error": "station_not_accepted"}


async def test_it_keeps_no_secret_of_an_answer(talk: Talk, station: Station) -> None:
    command = await in_db(ask)(station, "GetConfiguration", {})
    call = await talk.hear()
    await talk.send([3, call[1], {"configurationKey": [{"key": "AuthorizationKey", "value": "c0ffee"}]}])
    assert "c0ffee" not in str((await outcome(command, State.ACCEPTED)).answer)


async def test_it_fails_a_command_that_makes_no_sense(talk: Talk, station: Station) -> None:
    command = await in_db(ask)(station, "stop_charging", {"ocpp_id": "not a number"})
    assert (await outcome(command, State.FAILED)).answer["error"] == "malformed_command"


def test_it_sends_on_the_newest_socket_of_two_processes(server: Server) -> None:
    """Two gateways over one database: the station has moved from one to the other."""
    station, key = make_station()
    headers = basic("CP 1", key)

    async def move(other: Server) -> None:
        async with talking(server, "/ocpp/CP%201", headers=headers) as old:
            await old.ask("Heartbeat", {})
            async with talking(other, "/ocpp/CP%201", headers=headers) as new:
                await new.ask("Heartbeat", {})
                command = await in_db(ask)(station, "ClearCache", {})
                call = await new.hear()
                await new.send([3, call[1], {"status": "Accepted"}])
                assert (await outcome(command, State.ACCEPTED)).epoch == 2
                assert await old.closed() == 1000
                await new.ask("Heartbeat", {})

    with running_server() as other:
        asyncio.run(move(other))
        wait_until(lambda: Station.objects.get().gateway is None, "the station is offline")
