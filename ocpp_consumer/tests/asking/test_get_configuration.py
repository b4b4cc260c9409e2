"""GetConfiguration: kept per key as it was read, however odd the answer is, and never a secret."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.asking.world import State, outcome, problems, reply, through_door
from ocpp_consumer.tests.server import Talk, eventually, in_db
from stations.models import Command, ConfigurationKey, Station

ACTION = "GetConfiguration"


async def rows(station: Station) -> dict[str, tuple[str | None, bool, bool]]:
    """Value, read-only, known, by key."""
    found = ConfigurationKey.objects.filter(station=station)
    return {row.key: (row.value, row.is_read_only, row.is_known) for row in await in_db(list)(found)}


@pytest.mark.parametrize("payload", [{}, {"key": []}], ids=["absent", "empty"])
async def test_it_asks_for_all_without_naming_any(talk: Talk, station: Station, payload: dict[str, Any]) -> None:
    command = await through_door(station, ACTION, payload)
    said = [
        {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
        {"key": "NumberOfConnectors", "readonly": True, "value": "2"},
        {"key": "Empty", "readonly": False, "value": ""},
        {"key": "Absent", "readonly": False},
    ]
    await reply(talk, ACTION, {}, {"configurationKey": said})
    await outcome(command, State.ACCEPTED)
    assert await rows(station) == {
        "HeartbeatInterval": ("300", False, True),
        "NumberOfConnectors": ("2", True, True),
        "Empty": ("", False, True),
        "Absent": (None, False, True),
    }


async def test_it_notes_what_the_station_does_not_know(talk: Talk, station: Station) -> None:
    payload = {"key": ["SupportedFeatureProfiles", "Nonsense"]}
    await through_door(station, ACTION, payload)
    said = {"key": "SupportedFeatureProfiles", "readonly": True, "value": "Core"}
    await reply(talk, ACTION, payload, {"configurationKey": [said], "unknownKey": ["Nonsense"]})
    await eventually(ConfigurationKey.objects.exists, "it is kept")
    assert await rows(station) == {
        "SupportedFeatureProfiles": ("Core", True, True),
        "Nonsense": (None, False, False),
    }


async def test_it_replaces_what_it_read_before(talk: Talk, station: Station) -> None:
    for value in ("300", "60"):
        command = await through_door(station, ACTION, {})
        said = [{"key": "HeartbeatInterval", "readonly": False, "value": value}]
        await reply(talk, ACTION, {}, {"configurationKey": said})
        await outcome(command, State.ACCEPTED)
    assert await rows(station) == {"HeartbeatInterval": ("60", False, True)}


async def test_it_keeps_no_secret_anywhere(talk: Talk, station: Station) -> None:
    command = await through_door(station, ACTION, {})
    said = [
        {"key": "AuthorizationKey", "readonly": False, "value": "hush-1"},
        {"key": "Wifi_Password", "readonly": False, "value": "hush-2"},
        {"key": "FtpServer", "readonly": False, "value": "ftp://user:hush-3@files.example"},
    ]
    await reply(talk, ACTION, {}, {"configurationKey": said})
    done = await outcome(command, State.ACCEPTED)
    assert "hush" not in str(done.answer)
    assert await rows(station) == {
        "AuthorizationKey": (None, False, True),
        "Wifi_Password": (None, False, True),
        "FtpServer": ("ftp://***@files.example", False, True),
    }
    frames = Frame.objects.filter(station=station)
    await eventually(frames.filter(text__contains="FtpServer").exists, "the frame is stored")
    assert not await in_db(frames.filter(text__contains="hush").exists)()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"configurationKey": [{"key": "Long", "value": "v" * 4000}]}, {"Long": ("v" * 4000, False, True)}),
        ({"configurationKey": [{"key": "N", "value": 5, "readonly": "true"}]}, {"N": ("5", True, True)}),
        ({"configurationKey": [{"key": "T", "value": True}]}, {"T": ("true", False, True)}),
        ({"configurationKey": [{"key": "Z", "value": "a\x00b"}]}, {"Z": ("ab", False, True)}),
        ({"configurationKey": ["odd", None, {"value": "1"}, {"key": 7}, {"key": " "}]}, {}),
        ({"configurationKey": {"key": "value"}, "unknownKey": "X"}, {}),
        ({"unknownKey": [1, None, "Y"]}, {"Y": (None, False, False)}),
        ({"configurationKey": None}, {}),
    ],
    ids=["long", "number", "boolean", "nul", "entries", "not a list", "unknown", "null"],
)
async def test_it_bears_odd_answers(talk: Talk, station: Station, said: dict[str, Any], kept: dict[str, Any]) -> None:
    command = await through_door(station, ACTION, {})
    await reply(talk, ACTION, {}, said)
    await outcome(command, State.ACCEPTED)
    assert await rows(station) == kept


async def test_it_asks_for_no_more_keys_than_the_station_takes(talk: Talk, station: Station) -> None:
    await in_db(ConfigurationKey.objects.create)(
        station=station, key="GetConfigurationMaxKeys", value="2", read_at=datetime.now(UTC)
    )
    said = await problems(station, ACTION, {"key": ["A", "B", "C"]})
    assert said == f"Station {station.code} answers for at most 2 keys at once."
    await through_door(station, ACTION, {"key": ["A", "B", "C"]}, force=True)
    assert (await talk.hear())[3] == {"key": ["A", "B", "C"]}
    assert await in_db(Command.objects.count)() == 1
