"""Who may open a socket, and that everybody else is refused alike."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from django.db import transaction
from websockets.exceptions import InvalidStatus

from ocpp_consumer import database
from ocpp_consumer.tests.server import Server, basic, eventually, in_db, make_station, talking
from stations.models import ConnectionSpan, Knock, Station
from stations.registry import issue_key


async def refusal(server: Server, path: str, **how: object) -> tuple[int, dict[str, str], bytes]:
    """Status, headers that could tell one refusal from another, and body."""
    with pytest.raises(InvalidStatus) as refused:
        async with talking(server, path, **how):  # type: ignore[arg-type]  # passed on as they are
            pass
    response = refused.value.response
    headers = {name: value for name, value in response.headers.raw_items() if name.lower() != "date"}
    return response.status_code, headers, bytes(response.body or b"")


async def test_it_refuses_everybody_alike(server: Server) -> None:
    _, key = await in_db(make_station)("known")
    _, retired_key = await in_db(make_station)("retired", service_state=Station.ServiceState.RETIRED)
    _, other_key = await in_db(make_station)("other")
    refusals = [
        await refusal(server, "/ocpp/unknown", headers=basic("unknown", key)),
        await refusal(server, "/ocpp/unknown"),
        await refusal(server, "/ocpp/known"),
        await refusal(server, "/ocpp/known", headers=basic("known", "0" * 40)),
        await refusal(server, "/ocpp/known", headers=basic("known", "")),
        await refusal(server, "/ocpp/known", headers=basic("known", other_key)),
        await refusal(server, "/ocpp/known", headers=basic("other", key)),
        await refusal(server, "/ocpp/known", headers={"Authorization": f"Bearer {key}"}),
        await refusal(server, "/ocpp/known", headers={"Authorization": "Basic %%%"}),
        await refusal(server, f"/ocpp/known?token={key}"),
        await refusal(server, "/ocpp/retired", headers=basic("retired", retired_key)),
        await refusal(server, "/ocpp", headers=basic("", key)),
        await refusal(server, "/ocpp/%00", headers=basic("\x00", key)),
        await refusal(server, f"/ocpp/{'x' * 300}", headers=basic("x" * 300, key)),
    ]
    assert all(one == refusals[0] for one in refusals)
    assert refusals[0][0] == 401
    assert refusals[0][1]["www-authenticate"] == 'Basic realm="OCPP"'


@pytest.mark.parametrize(
    "path",
    [
        "/ocpp/RDAM%20123%2F%D0%96",
        "/ws/RDAM%20123%2F%D0%96",
        "/ocpp/RDAM%20123%2F%D0%96/",
        "/ocpp/ws?station_id=RDAM%20123%2F%D0%96",
        "/ocpp?chargePointId=RDAM%20123%2F%D0%96&version=1.6",
    ],
)
async def test_it_knows_the_station_in_every_form_of_the_address(server: Server, path: str) -> None:
    identity = "RDAM 123/Ж"
    _, key = await in_db(make_station)(identity)
    async with talking(server, path, headers=basic(identity, key)) as talk:
        assert await talk.ask("Heartbeat", {})


async def test_it_takes_the_key_as_hex_or_as_bytes(server: Server) -> None:
    _, key = await in_db(make_station)("CP:1")
    for form in (key, key.upper(), bytes.fromhex(key)):
        async with talking(server, "/ocpp/CP%3A1", headers=basic("CP:1", form)) as talk:
            assert await talk.ask("Heartbeat", {})


async def test_it_takes_the_previous_key_after_a_rotation(server: Server) -> None:
    station, first = await in_db(make_station)()
    second = await in_db(issue_key)(station=station)
    for key in (first, second):
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
            assert await talk.ask("Heartbeat", {})
    await in_db(issue_key)(station=station)
    assert (await refusal(server, "/ocpp/CP%201", headers=basic("CP 1", first)))[0] == 401


async def test_it_asks_no_key_of_an_open_station(server: Server) -> None:
    await in_db(make_station)("open", security_profile=Station.SecurityProfile.OPEN)
    async with talking(server, "/ocpp/open") as talk:
        assert await talk.ask("Heartbeat", {})


@pytest.mark.parametrize("profile", [Station.SecurityProfile.TLS_BASIC, Station.SecurityProfile.TLS_CERTIFICATE])
async def test_it_lets_no_station_in_below_its_profile(server: Server, profile: Station.SecurityProfile) -> None:
    _, key = await in_db(make_station)(security_profile=profile)
    assert (await refusal(server, "/ocpp/CP%201", headers=basic("CP 1", key)))[0] == 401


async def test_it_chooses_the_subprotocol_that_it_speaks(server: Server) -> None:
    _, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    async with talking(server, "/ocpp/CP%201", headers=headers, subprotocols=("ocpp0.1", "ocpp1.6")) as talk:
        assert talk.socket.subprotocol == "ocpp1.6"
    for offered in (("ocpp0.1",), ("ocpp2.0.1", "OCPP1.6"), ()):
        assert (await refusal(server, "/ocpp/CP%201", headers=headers, subprotocols=offered))[0] == 400
    assert (await refusal(server, "/ocpp/CP%201", subprotocols=("ocpp0.1",)))[0] == 401


async def test_it_remembers_strangers_but_no_wrong_keys(server: Server) -> None:
    await in_db(make_station)("known")
    await refusal(server, "/ocpp/known", headers=basic("known", "0" * 40))
    await refusal(server, "/ocpp/stranger", headers=basic("stranger", "1" * 40))
    knock = await eventually(lambda: Knock.objects.first(), "a knock")
    assert (knock.value, knock.kind, knock.address) == ("stranger", "station", "127.0.0.1")
    assert knock.key_hash
    assert "1" * 40 not in knock.key_hash
    await refusal(server, "/ocpp/stranger", headers=basic("stranger", "1" * 40))
    await eventually(lambda: Knock.objects.get().count == 2, "the second knock")


async def test_it_says_who_is_online_while_the_socket_lasts(server: Server) -> None:
    station, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        span = await in_db(ConnectionSpan.objects.get)(station=station)
        online = await in_db(lambda: Station.objects.online(at=span.since).count())()
        assert (online, span.until, span.epoch) == (1, None, 1)
    await eventually(lambda: Station.objects.get().gateway is None, "the station is offline")
    ended = await in_db(ConnectionSpan.objects.get)()
    assert (ended.reason, ended.close_code) == (ConnectionSpan.Reason.CLOSED, 1000)


async def test_it_gives_the_station_to_the_newest_socket(server: Server) -> None:
    station, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    async with talking(server, "/ocpp/CP%201", headers=headers) as old:
        await old.ask("Heartbeat", {})
        async with talking(server, "/ocpp/CP%201", headers=headers) as new:
            await new.ask("Heartbeat", {})
            assert await old.closed() == 1000
            # The old socket's end is written down, and must not take the new one with it.
            await eventually(
                lambda: ConnectionSpan.objects.filter(epoch=1).exclude(until=None).exists(), "the old span is closed"
            )
            await new.ask("Heartbeat", {})
            current = await in_db(Station.objects.get)()
            assert (current.epoch, current.gateway_id is not None) == (2, True)
            spans = await in_db(lambda: list(ConnectionSpan.objects.order_by("epoch")))()
            assert [(span.reason, span.until is None) for span in spans] == [("replaced", False), ("", True)]
            assert spans[0].station_id == station.pk


async def test_it_leaves_one_of_several_sockets_that_come_at_once(server: Server) -> None:
    _, key = await in_db(make_station)()
    async with AsyncExitStack() as stack:
        opening = (talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) for _ in range(5))
        talks = await asyncio.gather(*(stack.enter_async_context(one) for one in opening))
        waiting = [asyncio.create_task(talk.closed()) for talk in talks]
        for ended in [one for _, one in zip(range(4), asyncio.as_completed(waiting), strict=False)]:
            assert await ended == 1000
        (survivor,) = (talk for talk, task in zip(talks, waiting, strict=True) if not task.done())
        assert await survivor.ask("Heartbeat", {})
        assert (await in_db(Station.objects.get)()).epoch == 5
        assert await in_db(ConnectionSpan.objects.filter(until=None).count)() == 1


def test_it_refuses_sockets_while_the_database_is_busy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handshake that cannot finish in time is a 503, so that the station tries again."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.5)
    station, key = make_station()
    with transaction.atomic():
        Station.objects.select_for_update().get(pk=station.pk)
        assert asyncio.run(refusal(server, "/ocpp/CP%201", headers=basic("CP 1", key)))[0] == 503
