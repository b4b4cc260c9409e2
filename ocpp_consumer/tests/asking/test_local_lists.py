"""Local lists on the wire (TC_042, TC_043): asked for, sent whole and in part, and what the tables say at the end."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Company, IdTag
from charging import local_lists
from charging.models import LocalList
from ocpp_consumer.tests.asking.exchange import Asked, exchange, hear
from ocpp_consumer.tests.asking.world import fail, problems, through_door
from ocpp_consumer.tests.server import Talk, eventually, in_db
from stations.models import Command, ConfigurationKey, Station

Support = LocalList.Support
ACCEPTED = {"status": "Accepted"}


@pytest.fixture
def fleet(station: Station) -> Company:
    """A fleet with one card, and an operator's wish that the station keeps a list."""
    company = Company.objects.create(name="Fleet")
    IdTag.objects.create(value="CARD-1", company=company)
    LocalList.objects.create(station=station)
    return company


def full(*tags: str, version: int = 1) -> dict[str, Any]:
    """A full list of accepted tags."""
    entries = [{"idTag": tag, "idTagInfo": ACCEPTED} for tag in tags]
    return {"listVersion": version, "updateType": "Full", "localAuthorizationList": entries}


async def compare(talk: Talk, action: str) -> Asked:
    """What the next compare asks of the station."""
    await in_db(local_lists.compare_now)()
    await eventually(lambda: local_lists.compare(at=timezone.now()), "the list is compared")
    return await hear(talk, await in_db(Command.objects.latest)("pk"), action)


async def kept() -> LocalList:
    """The list as we know it."""
    found = await in_db(LocalList.objects.get)()
    assert isinstance(found, LocalList)
    return found


async def in_step(talk: Talk) -> None:
    """The station has said that it is empty, and has accepted its first list."""
    await (await compare(talk, "GetLocalListVersion")).answer({"listVersion": 0})
    asked = await compare(talk, "SendLocalList")
    assert asked.payload == full("CARD-1")
    await asked.answer({"status": "Accepted"})


async def test_tc_042_1_a_station_that_keeps_none_is_left_alone(talk: Talk, station: Station, fleet: Company) -> None:
    await (await compare(talk, "GetLocalListVersion")).answer({"listVersion": -1})
    assert (await kept()).support == Support.NO
    assert await in_db(local_lists.compare)(at=timezone.now()) == 0


@pytest.mark.parametrize("code", ["NotSupported", "NotImplemented"])
async def test_it_takes_an_error_for_the_same(talk: Talk, station: Station, fleet: Company, code: str) -> None:
    await through_door(station, "GetLocalListVersion", {})
    await fail(talk, code)
    await eventually(LocalList.objects.filter(support=Support.NO).exists, "it keeps none")


async def test_tc_042_2_and_043_4_an_empty_list_is_filled(talk: Talk, station: Station, fleet: Company) -> None:
    await in_step(talk)
    found = await kept()
    assert (found.support, found.version, found.entries) == (Support.YES, 1, {"CARD-1": ACCEPTED})


async def test_tc_043_5_only_what_differs_is_sent(talk: Talk, station: Station, fleet: Company) -> None:
    await in_step(talk)
    until = timezone.now().replace(microsecond=0) + timedelta(days=1)
    await in_db(IdTag.objects.create)(value="CARD-2", company=fleet, group="FLEET", expires_at=until)
    await in_db(IdTag.objects.filter(value="CARD-1").update)(blocked=True)
    asked = await compare(talk, "SendLocalList")
    info = {"status": "Accepted", "parentIdTag": "FLEET", "expiryDate": until.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    assert asked.payload == {
        "listVersion": 2,
        "updateType": "Differential",
        "localAuthorizationList": [{"idTag": "CARD-1"}, {"idTag": "CARD-2", "idTagInfo": info}],
    }
    await asked.answer({"status": "Accepted"})
    assert list((await kept()).entries) == ["CARD-2"]


async def test_dp_a_version_mismatch_is_answered_with_a_full_list(talk: Talk, station: Station, fleet: Company) -> None:
    await in_step(talk)
    await in_db(IdTag.objects.create)(value="CARD-2", company=fleet)
    asked = await compare(talk, "SendLocalList")
    assert asked.payload["updateType"] == "Differential"
    await asked.answer({"status": "VersionMismatch"})
    asked = await compare(talk, "SendLocalList")
    assert asked.payload == full("CARD-1", "CARD-2", version=2)
    await asked.answer({"status": "Accepted"})
    found = await kept()
    assert (found.version, set(found.entries), found.is_full_needed) == (2, {"CARD-1", "CARD-2"}, False)


@pytest.mark.parametrize(("word", "support"), [("NotSupported", Support.NO), ("Failed", Support.UNKNOWN)])
async def test_tc_043_1_and_3_it_notes_that_the_station_refuses(
    talk: Talk, station: Station, fleet: Company, word: str, support: str
) -> None:
    asked = await exchange(talk, station, "SendLocalList", full("CARD-1"))
    assert (await asked.answer({"status": word})).state == Command.State.REJECTED
    found = await kept()
    assert (found.support, found.entries) == (support, {})


async def test_what_an_operator_sends_counts_too(talk: Talk, station: Station, fleet: Company) -> None:
    await in_step(talk)
    blocked = {"idTag": "THIEF", "idTagInfo": {"status": "Blocked", "expiryDate": "2030-01-01T00:00:00Z"}}
    payload = {"listVersion": 2, "updateType": "Differential", "localAuthorizationList": [blocked, {"idTag": "card-1"}]}
    await (await exchange(talk, station, "SendLocalList", payload)).answer({"status": "Accepted"})
    found = await kept()
    assert (found.version, found.entries) == (
        2,
        {"THIEF": {"status": "Blocked", "expires_at": "2030-01-01T00:00:00+00:00"}},
    )


async def test_it_sends_lists_to_stations_that_are_not_kept_in_step(talk: Talk, station: Station) -> None:
    payload = {"listVersion": 1, "updateType": "Full"}
    await (await exchange(talk, station, "SendLocalList", payload)).answer({"status": "Accepted"})
    assert not await in_db(LocalList.objects.exists)()


@pytest.mark.parametrize("version", ["many", None, 10**30, 2.5])
async def test_it_makes_nothing_of_an_odd_version(talk: Talk, station: Station, fleet: Company, version: Any) -> None:
    asked = await exchange(talk, station, "GetLocalListVersion", {})
    assert (await asked.answer({"listVersion": version})).state == Command.State.ACCEPTED
    assert (await kept()).version in {0, 2}


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        (full("CARD-1", version=0), "listVersion is 1 or more"),
        (full("CARD-1", version=-1), "listVersion is 1 or more"),
        (full("CARD-1", "card-1"), "named twice"),
        (full("CARD-1") | {"localAuthorizationList": [{"idTag": "CARD-1"}]}, "has its idTagInfo"),
        (full("CARD-1", "STRANGER"), "named as accepted: STRANGER"),
        (full("CARD-1", "CARD-2", "CARD-3"), "takes 2 tags at once"),
        (full("CARD-1", "CARD-2"), "keeps 1 tags"),
    ],
)
async def test_it_says_which_rule_a_list_breaks(
    talk: Talk, station: Station, fleet: Company, payload: dict[str, Any], problem: str
) -> None:
    for key, value in {"SendLocalListMaxLength": "2", "LocalAuthListMaxLength": "1"}.items():
        await in_db(ConfigurationKey.objects.create)(station=station, key=key, value=value, read_at=timezone.now())
    assert problem in await problems(station, "SendLocalList", payload)
