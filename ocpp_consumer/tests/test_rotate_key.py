"""Two keys after a rotation: which of them opens the door, and for how long."""

from django.utils import timezone

from ocpp_consumer.tests.server import Server, basic, eventually, in_db, is_let_in, make_station, refusal, talking
from stations.models import Station
from stations.registry import await_reboot, begin_rotation, issue_key, settle_rotation


async def fits(server: Server, key: str) -> bool:
    """Whether the station comes in with that key."""
    return await is_let_in(server, "/ocpp/CP%201", headers=basic("CP 1", key))


async def test_it_takes_the_previous_key_after_a_rotation(server: Server) -> None:
    station, first = await in_db(make_station)()
    second = await in_db(issue_key)(station=station)
    for key in (first, second):
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
            assert await talk.ask("Heartbeat", {})
    await in_db(issue_key)(station=station)
    assert (await refusal(server, "/ocpp/CP%201", headers=basic("CP 1", first)))[0] == 401


async def test_it_keeps_the_new_key_if_the_station_comes_with_it(server: Server) -> None:
    station, first = await in_db(make_station)()
    second = await in_db(begin_rotation)(station=station)
    assert await fits(server, second)
    assert not await fits(server, first)
    assert await fits(server, second)


async def test_it_keeps_the_old_key_if_the_station_comes_with_it(server: Server) -> None:
    station, first = await in_db(make_station)()
    second = await in_db(begin_rotation)(station=station)
    assert await fits(server, first)
    assert not await fits(server, second)
    assert await fits(server, first)


async def test_it_refuses_the_previous_key_once_the_newest_was_used(server: Server) -> None:
    station, first = await in_db(make_station)()
    second = await in_db(issue_key)(station=station)
    assert await fits(server, second)
    assert not await fits(server, first)


async def test_it_takes_both_keys_until_a_station_that_must_reboot_has_used_the_new_one(server: Server) -> None:
    station, first = await in_db(make_station)()
    second = await in_db(begin_rotation)(station=station)
    await in_db(await_reboot)(station_id=station.pk)
    assert await fits(server, first)
    assert await fits(server, second)
    assert not await fits(server, first)


async def test_it_is_in_doubt_while_nobody_comes_in(server: Server) -> None:
    station, first = await in_db(make_station)()
    second = await in_db(begin_rotation)(station=station)
    await in_db(settle_rotation)(station_id=station.pk, accepted=None, at=timezone.now())
    assert not await fits(server, "0" * 40)
    assert (await in_db(Station.objects.get)()).key_in_doubt
    assert await fits(server, second)
    assert not await fits(server, first)


async def test_it_settles_a_rotation_while_the_station_talks(server: Server) -> None:
    station, first = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", first)) as talk:
        second = await in_db(begin_rotation)(station=station)
        await in_db(settle_rotation)(station_id=station.pk, accepted=True, at=timezone.now())
        assert await talk.ask("Heartbeat", {})
    await eventually(lambda: Station.objects.get().gateway is None, "the station is offline")
    assert not await fits(server, first)
    assert await fits(server, second)
