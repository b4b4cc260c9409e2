"""A new key for a station: made when it is sent, kept as a hash, and in doubt until an answer or a connect decides."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from drivepower.core.keys import hash_key
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.asking.world import (
    State,
    fail,
    intend,
    outcome,
    problems,
    refused,
    said_to,
    through_door,
)
from ocpp_consumer.tests.server import Server, Talk, basic, eventually, in_db, make_station, talking
from stations.models import Command, Station

ACTION = "ChangeConfiguration"
KEY = {"key": "AuthorizationKey"}


async def told(talk: Talk) -> tuple[str, str]:
    """The id of the call and the key that the station is told."""
    call = await talk.hear()
    assert call[2] == ACTION
    assert call[3]["key"] == "AuthorizationKey"
    assert re.fullmatch(r"[0-9a-f]{40}", call[3]["value"])
    return call[1], call[3]["value"]


async def fresh(station: Station) -> Station:
    """The station as it is now."""
    found: Station = await in_db(Station.objects.get)(pk=station.pk)
    return found


async def test_it_replaces_the_key(talk: Talk, station: Station) -> None:
    command = await intend(station, "rotate_key", {})
    call_id, key = await told(talk)
    await talk.send([3, call_id, {"status": "Accepted"}])
    await outcome(command, State.ACCEPTED)
    now = await fresh(station)
    assert (now.key_hash, now.previous_key_hash, now.key_in_doubt) == (hash_key(key.encode()), "", False)


async def test_it_makes_no_key_for_a_socket_that_was_replaced(talk: Talk, station: Station) -> None:
    """The new one may be anybody's who knows the old key; what was meant for the station waits for the newest."""
    before = await intend(station, "ClearCache", {})
    call = await talk.hear()
    command = await intend(station, "rotate_key", {})
    await outcome(command, State.SENT)
    old = (await fresh(station)).key_hash
    await in_db(Station.objects.filter(pk=station.pk).update)(epoch=F("epoch") + 1)
    await talk.send([3, call[1], {"status": "Accepted"}])
    await outcome(before, State.ACCEPTED)
    await outcome(command, State.QUEUED)
    assert (await fresh(station)).key_hash == old


async def test_it_keeps_the_key_out_of_every_table(talk: Talk, station: Station) -> None:
    command = await through_door(station, ACTION, {**KEY, "value": ""})
    call_id, key = await told(talk)
    await talk.send([3, call_id, {"status": "Accepted"}])
    done = await outcome(command, State.ACCEPTED)
    assert done.payload == KEY
    frame = await said_to(station, "AuthorizationKey")
    assert '"value":"***"' in frame.text
    assert not await in_db(Frame.objects.filter(text__contains=key).exists)()


@pytest.mark.parametrize("word", ["Rejected", "NotSupported"])
async def test_it_keeps_the_old_key_where_the_station_refuses(talk: Talk, station: Station, word: str) -> None:
    old = (await fresh(station)).key_hash
    command = await intend(station, "rotate_key", {})
    call_id, _ = await told(talk)
    await talk.send([3, call_id, {"status": word}])
    await outcome(command, State.REJECTED)
    now = await fresh(station)
    assert (now.key_hash, now.key_in_doubt) == (old, False)


async def test_it_keeps_the_old_key_where_the_station_cannot(talk: Talk, station: Station) -> None:
    old = (await fresh(station)).key_hash
    command = await intend(station, "rotate_key", {})
    await fail(talk, "NotSupported")
    await outcome(command, State.FAILED)
    now = await fresh(station)
    assert (now.key_hash, now.key_in_doubt) == (old, False)


async def test_it_keeps_both_while_the_answer_is_lost(
    talk: Talk, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OCPP_CALL_TIMEOUT_SECONDS", 0.2)
    old = (await fresh(station)).key_hash
    command = await intend(station, "rotate_key", {})
    call_id, key = await told(talk)
    await outcome(command, State.TIMED_OUT)
    await talk.send([3, call_id, {"status": "Rejected"}])  # too late to be believed
    await talk.ask("Heartbeat", {})
    now = await fresh(station)
    assert (now.key_hash, now.previous_key_hash, now.key_in_doubt) == (hash_key(key.encode()), old, True)


@pytest.mark.parametrize("is_taken", [True, False])
async def test_it_learns_from_the_next_connect_which_key_the_station_has(server: Server, is_taken: bool) -> None:
    station, old = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", old)) as talk:
        await talk.ask("Heartbeat", {})
        command = await intend(station, "rotate_key", {})
        _, new = await told(talk)
    await outcome(command, State.FAILED)
    used = new if is_taken else old
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", used)) as talk:
        await talk.ask("Heartbeat", {})
        kept = Station.objects.filter(key_in_doubt=False, key_hash=hash_key(used.encode()), previous_key_hash="")
        await eventually(kept.exists, "the key that was used is the only one")


async def test_it_begins_no_second_rotation_while_one_is_in_doubt(talk: Talk, station: Station) -> None:
    await in_db(Station.objects.filter(pk=station.pk).update)(key_in_doubt=True)
    before = await fresh(station)
    command = await intend(station, "rotate_key", {})
    assert (await outcome(command, State.FAILED)).answer == {"error": "rotation_unsettled"}
    assert (await fresh(station)).key_hash == before.key_hash


async def test_it_tells_no_key_to_a_contested_station(talk: Talk, station: Station) -> None:
    await in_db(Station.objects.filter(pk=station.pk).update)(contested_at=timezone.now())
    before = await fresh(station)
    command = await intend(station, "rotate_key", {})
    assert (await outcome(command, State.FAILED)).answer == {"error": "station_contested"}
    now = await fresh(station)
    assert (now.key_hash, now.key_in_doubt) == (before.key_hash, False)
    await intend(station, "set_configuration", {"key": "HeartbeatInterval", "value": 60})  # no secret, so it goes out
    assert (await talk.hear())[3] == {"key": "HeartbeatInterval", "value": "60"}


@pytest.mark.parametrize(
    "payload", [{"value": "c0ffee"}, {"value": "c0ffee", "x": 1}, {"value": ["c0ffee"]}], ids=["given", "odd", "list"]
)
async def test_it_takes_no_key_from_a_person(talk: Talk, station: Station, payload: dict[str, Any]) -> None:
    refusal = await refused(station, ACTION, {"key": " authorizationKEY", **payload}, force=True)
    assert refusal.code == "command_forbidden"
    assert "c0ffee" not in refusal.message
    assert not await in_db(Command.objects.exists)()


async def test_it_needs_a_key_to_replace(talk: Talk, station: Station) -> None:
    await in_db(Station.objects.filter(pk=station.pk).update)(key_hash="")
    assert await problems(station, ACTION, KEY) == f"Station {station.code} has no key yet: issue one first."
