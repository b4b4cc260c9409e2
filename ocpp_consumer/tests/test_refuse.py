"""Everybody who may not come in is refused alike, and leaves a trace for operators."""

from typing import Any

from ocpp_consumer.tests.server import Server, basic, eventually, in_db, is_let_in, make_station, refusal, talking
from stations.models import Knock, SecurityEvent, Station
from stations.registry import adopt


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
        await refusal(server, "/ocpp/known", headers=basic("known/", key)),
        await refusal(server, "/ocpp/known", headers=basic("known:", key)),
        await refusal(server, "/ocpp/%FF%FE", headers=basic("\ufffd\ufffd", key)),
        await refusal(server, "/ocpp/%00", headers=basic("\x00", key)),
        await refusal(server, f"/ocpp/{'x' * 300}", headers=basic("x" * 300, key)),
    ]
    assert all(one == refusals[0] for one in refusals)
    assert refusals[0][0] == 401
    assert refusals[0][1]["www-authenticate"] == 'Basic realm="OCPP"'


async def test_it_tells_strangers_that_they_are_unknown_if_it_is_told_to(server: Server, settings: Any) -> None:
    settings.OCPP_UNKNOWN_404 = True
    _, key = await in_db(make_station)("known")
    assert (await refusal(server, "/ocpp/unknown", headers=basic("unknown", key)))[0] == 404
    assert (await refusal(server, "/ocpp/known", headers=basic("known", "0" * 40)))[0] == 401
    await eventually(lambda: Knock.objects.exists(), "a knock")


async def test_it_speaks_with_no_browser(server: Server, settings: Any) -> None:
    _, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    for origin in ("http://127.0.0.1", "null", ""):
        answer = await refusal(server, "/ocpp/CP%201", headers=headers | {"Origin": origin})
        assert answer[0] == 403
    settings.OCPP_ALLOWED_ORIGINS = ["https://tool.example.org"]
    assert await is_let_in(server, "/ocpp/CP%201", headers=headers | {"Origin": "https://tool.example.org"})
    assert (await refusal(server, "/ocpp/CP%201", headers=headers | {"Origin": "https://example.org"}))[0] == 403
    cookies = {"Cookie": "sessionid=1", "Origin": "https://tool.example.org"}
    assert (await refusal(server, "/ocpp/CP%201", headers=cookies))[0] == 401


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


async def test_it_takes_a_short_key_for_none(server: Server) -> None:
    await refusal(server, "/ocpp/stranger", headers=basic("stranger", "k" * 15))
    knock = await eventually(lambda: Knock.objects.first(), "a knock")
    assert knock.key_hash == ""


async def test_it_lets_in_whom_an_operator_adopts(server: Server) -> None:
    headers = basic("stranger", bytes.fromhex("A1" * 20))
    await refusal(server, "/ocpp/stranger", headers=headers)
    knock = await eventually(lambda: Knock.objects.first(), "a knock")
    await in_db(adopt)(knock=knock, code="NEW-1", asked_by="staff:1", at=knock.last_at)
    assert await is_let_in(server, "/ocpp/stranger", headers=headers)
    assert await is_let_in(server, "/ocpp/stranger", headers=basic("stranger", "a1" * 20))
    assert not await is_let_in(server, "/ocpp/stranger", headers=basic("stranger", "a2" * 20))


async def test_it_writes_down_what_it_refused_to_a_station_once_a_minute(server: Server) -> None:
    station, key = await in_db(make_station)("known")
    gone, _ = await in_db(make_station)("gone", service_state=Station.ServiceState.RETIRED)
    for _attempt in range(3):
        await refusal(server, "/ocpp/known", headers=basic("known", "0" * 40))
        event = await eventually(lambda: SecurityEvent.objects.filter(station=station).first(), "an event")
        assert (event.type, event.source) == ("FailedToAuthenticateAtCentralSystem", "central_system")
    assert "127.0.0.1" in event.detail
    of_the_other = SecurityEvent.objects.filter(station=gone)
    for _attempt in range(10):  # one that comes while another is being written down is not
        await refusal(server, "/ocpp/gone")
        if await in_db(of_the_other.exists)():
            break
    await eventually(of_the_other.exists, "the other station's event")
    assert await in_db(SecurityEvent.objects.filter(station=station).count)() == 1
    async with talking(server, "/ocpp/known", headers=basic("known", key)) as talk:
        assert await talk.ask("Heartbeat", {})
