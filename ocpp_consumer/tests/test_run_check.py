"""A check over a real socket: what it asks, and what it says of stations that are well, refuse, or are away."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from drivepower.core.refusals import Refusal
from ocpp_consumer import checking
from ocpp_consumer.checking import Check
from ocpp_consumer.simulator import Backoff, StationSpec
from ocpp_consumer.simulator import Station as Simulated
from ocpp_consumer.tests.server import Server, Talk, eventually, in_db, make_station, now
from stations.models import ConfigurationKey, ConfigurationTemplate, Connector, ConnectorState, Gateway, Station


async def checked(station: Station) -> int:
    """Begin a check."""
    first: int = await in_db(checking.begin)(station=station, asked_by="staff:1", at=timezone.now())
    return first


async def outcome(station: Station, first: int) -> Check:
    """The check once it has a verdict."""

    def look() -> Check | None:
        found = checking.read(station=station, first=first, at=timezone.now())
        return found if found and found.verdict else None

    found: Check = await eventually(look, "the check has a verdict")
    return found


async def test_it_finds_a_simulated_station_well(server: Server) -> None:
    station, key = await in_db(make_station)("DP-1")
    await in_db(Connector.objects.create)(station=station, number=1)
    spec = StationSpec(identity="DP-1", password=key, step_seconds=0.0)
    async with Simulated(spec, url=f"{server.url}/ocpp", backoff=Backoff(first=0.02, most=0.05)):
        await eventually(ConnectorState.objects.filter(number=1).exists, "it is up")
        found = await outcome(station, await checked(station))
    assert found.verdict is not None
    assert (found.verdict.tone, found.verdict.advice) == ("good", []), found.verdict
    assert [one.effect for one in found.commands] == ["seen", "seen", "seen", "none"]
    assert found.offset is not None
    assert abs(found.offset) < timedelta(minutes=1)
    assert await in_db(ConfigurationKey.objects.filter(station=station, key="HeartbeatInterval").exists)()
    assert await in_db(checking.last_of)(station) == found.commands[0].pk


async def answered(talk: Talk, answer: dict[str, Any], count: int) -> None:
    """The station answers that many requests in the same way."""
    for _ in range(count):
        call = await talk.hear()
        await talk.send([3, call[1], {} if call[2] == "GetConfiguration" else answer])


async def test_it_says_that_a_station_takes_no_triggers(talk: Talk, station: Station) -> None:
    first = await checked(station)
    await answered(talk, {"status": "NotImplemented"}, 4)
    verdict = (await outcome(station, first)).verdict
    assert verdict is not None
    assert verdict.tone == "doubtful"
    assert "sends no message when it is asked to" in verdict.words


async def test_it_says_what_is_broken_first(talk: Talk, station: Station) -> None:
    await in_db(ConfigurationTemplate.objects.create)(name="T", wanted={"HeartbeatInterval": "300"})
    said = {"connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure", "vendorErrorCode": "<b>E7</b>"}
    await talk.ask("StatusNotification", {**said, "timestamp": now()})
    first = await checked(station)
    await answered(talk, {"status": "Rejected"}, 4)
    found = await outcome(station, first)
    assert found.verdict is not None
    assert found.verdict.tone == "bad"
    assert "Connector 1 is faulted: GroundFailure / <b>E7</b>." in found.verdict.words
    assert any("HeartbeatInterval" in line for line in found.verdict.advice)


async def test_it_says_what_a_makers_code_means(talk: Talk, station: Station) -> None:
    said = {"connectorId": 1, "status": "Faulted", "errorCode": "OtherError", "vendorErrorCode": "CX025"}
    await talk.ask("StatusNotification", {**said, "timestamp": now()})
    first = await checked(station)
    await answered(talk, {"status": "Rejected"}, 4)
    verdict = (await outcome(station, first)).verdict
    assert verdict is not None
    assert "OtherError / CX025. That means: the latch of the plug is broken." in verdict.words
    assert verdict.advice[0].startswith("Have the latch or the plug changed")


async def test_it_waits_for_a_station_and_then_says_that_it_is_silent(talk: Talk, station: Station) -> None:
    first = await checked(station)
    await talk.hear()
    found = await in_db(checking.read)(station=station, first=first, at=timezone.now())
    assert found is not None
    assert found.verdict is None
    later = timezone.now() + timedelta(minutes=2)
    await in_db(Gateway.objects.update)(renewed_at=later)  # it is there all the while
    found = await in_db(checking.read)(station=station, first=first, at=later)
    assert found is not None
    assert found.verdict is not None
    assert found.verdict.words == "It is connected but answers nothing."


@pytest.mark.django_db
def test_it_asks_nothing_of_a_station_that_is_away() -> None:
    station, _ = make_station()
    with pytest.raises(Refusal) as refused:
        checking.begin(station=station, asked_by="staff:1", at=timezone.now())
    assert refused.value.code == "station_offline"
    verdict = checking.unreachable(station, at=timezone.now(), code="station_offline")
    assert (verdict.tone, verdict.words) == ("bad", "It has never connected.")
    assert verdict.advice


@pytest.mark.django_db
def test_it_knows_its_own_checks_only() -> None:
    station, _ = make_station()
    assert checking.last_of(station) is None
    assert checking.read(station=station, first=1, at=timezone.now()) is None
