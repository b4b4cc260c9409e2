import asyncio
import base64
from dataclasses import replace
from http import HTTPStatus

from ocpp_consumer.simulator import Backoff, Station, StationSpec, Voice
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import CallError, Csms, now


async def test_it_boots_and_reports_every_connector(csms: Csms, spec: StationSpec) -> None:
    async with Station(replace(spec, serial="SN-7"), url=csms.url, backoff=FAST):
        await csms.wait_for_call("StatusNotification", count=3)
    assert csms.calls[0] == (
        "BootNotification",
        {
            "chargePointVendor": "Acme",
            "chargePointModel": "Simulator",
            "chargePointSerialNumber": "SN-7",
            "firmwareVersion": "1.0.0",
        },
    )
    reported = [(p["connectorId"], p["status"], p["errorCode"]) for p in csms.seen("StatusNotification")]
    assert reported == [(n, "Available", "NoError") for n in (0, 1, 2)]


async def test_it_sends_heartbeats_at_the_interval_it_was_given(spec: StationSpec) -> None:
    async with Csms(heartbeat=1) as csms, Station(spec, url=csms.url, backoff=FAST) as station:
        assert station.configuration.text("HeartbeatInterval") == "1"
        await csms.wait_for_call("Heartbeat")


async def test_it_asks_again_while_it_is_pending(csms: Csms, spec: StationSpec) -> None:
    answers = iter(["Rejected", "Pending", "Accepted"])
    csms.replies["BootNotification"] = lambda _: {"status": next(answers), "currentTime": now(), "interval": 0}
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.wait_for_call("StatusNotification")
        assert station.is_ready
    assert [action for action, _ in csms.calls[:4]] == [*["BootNotification"] * 3, "StatusNotification"]


async def test_it_answers_but_starts_nothing_while_it_is_pending(csms: Csms, spec: StationSpec) -> None:
    csms.replies["BootNotification"] = lambda _: {"status": "Pending", "currentTime": now(), "interval": 3600}
    station = Station(spec, url=csms.url, backoff=Backoff(first=0.001, most=0.001))
    station.open()
    await station.wait_for(lambda s: s.registration.status == "Pending")
    for _ in range(20):
        await csms.ask("GetLocalListVersion")
    assert len(csms.seen("BootNotification")) == 1
    assert await csms.ask("RemoteStartTransaction", idTag="CARD-1", connectorId=1) == {"status": "Rejected"}
    assert (await csms.ask("GetConfiguration", key=["NumberOfConnectors"]))["configurationKey"][0]["value"] == "2"
    csms.replies["BootNotification"] = lambda _: {"status": "Accepted", "currentTime": now(), "interval": 300}
    assert await csms.ask("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
    await station.wait_for(lambda s: s.is_ready)
    await station.close()
    assert len(csms.seen("BootNotification")) == 2


async def test_it_boots_once_more_when_it_is_asked_to(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.ask("TriggerMessage", requestedMessage="BootNotification")
        await csms.wait_for_call("BootNotification", count=2)
        await csms.wait_for_call("StatusNotification", count=6)
        await station.wait_for(lambda s: s.is_settled)


async def test_it_survives_every_odd_answer_to_a_boot(csms: Csms, spec: StationSpec) -> None:
    def refuse(_: object) -> None:
        raise CallError("InternalError")

    def unheard_of(_: object) -> None:
        raise CallError("Whatever")

    good = csms.replies["BootNotification"]
    odd = [
        refuse,
        unheard_of,
        lambda _: {},
        lambda _: {"status": "Perhaps", "currentTime": now(), "interval": 300},
        lambda _: {"status": "Accepted", "currentTime": now(), "interval": "300"},
        lambda _: "this is not JSON",
        lambda _: '[3, "another id", {}]',
        lambda _: '[2, "1", ["odd"], {}]',
        lambda _: "[" * 100_000,
        lambda _: "[]",
    ]
    replies = iter([*odd, good])
    csms.replies["BootNotification"] = lambda payload: next(replies)(payload)
    lines: list[str] = []
    station = Station(spec, url=csms.url, backoff=FAST, response_seconds=1, voice=Voice(lines.append, quiet=True))
    async with station:
        assert len(csms.seen("BootNotification")) == len(odd) + 1
        assert len(csms.paths) == 1
    assert len([line for line in lines if "!! BootNotification" in line]) == len(odd)


async def test_it_names_itself_percent_encoded_and_with_its_key(csms: Csms, spec: StationSpec) -> None:
    lines: list[str] = []
    odd = replace(spec, identity="RDAM 1/23é", password="0123456789abcdef")
    async with Station(odd, url=csms.url, backoff=FAST, voice=Voice(lines.append)):
        await csms.ask("ChangeConfiguration", key="authorizationkey", value="fedcba9876543210")
        answer = await csms.ask("GetConfiguration", key=["AuthorizationKey"])
        assert answer == {"configurationKey": [{"key": "AuthorizationKey", "readonly": False}]}
        await csms.ask("Reset", type="Hard")
        await csms.wait_for(lambda: len(csms.paths) == 2)
    assert csms.paths == ["/ocpp/RDAM%201%2F23%C3%A9"] * 2
    keys = [base64.b64decode(str(header).removeprefix("Basic ")).decode() for header in csms.authorizations]
    assert keys == ["RDAM 1/23é:0123456789abcdef", "RDAM 1/23é:fedcba9876543210"]
    assert len(lines) > 5
    assert not [line for line in [*lines, repr(odd)] if "0123456789abcdef" in line or "fedcba9876543210" in line]


async def test_it_leaves_a_central_system_that_speaks_something_else(csms: Csms, spec: StationSpec) -> None:
    await csms.close()
    csms.subprotocols = None
    await csms.open()
    problems: asyncio.Queue[str] = asyncio.Queue()
    station = Station(spec, url=csms.url, backoff=FAST, voice=Voice(problems.put_nowait, quiet=True))
    station.open()
    async with asyncio.timeout(5):
        assert "does not speak ocpp1.6" in await problems.get()
    await station.close()
    assert csms.calls == []


async def test_it_knocks_until_it_is_let_in(csms: Csms, spec: StationSpec) -> None:
    csms.refusal = HTTPStatus.UNAUTHORIZED
    problems: asyncio.Queue[str] = asyncio.Queue()
    station = Station(spec, url=csms.url, backoff=FAST, voice=Voice(problems.put_nowait, quiet=True))
    station.open()
    async with asyncio.timeout(5):
        assert "no connection" in await problems.get()
        assert "401" in await problems.get()
    csms.refusal = None
    await station.wait_for(lambda s: s.is_ready)
    await station.close()


async def test_it_reports_again_only_what_changed_during_an_outage(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.wait_for_call("StatusNotification", count=3)
        await station.go_offline()
        assert not station.is_online
        station.plug_in(2)
        await station.come_online()
        await csms.wait_for_call("StatusNotification", count=4)
        assert csms.statuses(2) == ["Available", "Preparing"]
        await csms.ask("TriggerMessage", requestedMessage="StatusNotification", connectorId=1)
        await csms.wait_for_call("StatusNotification", count=5)
    assert len(csms.seen("BootNotification")) == 1
    assert csms.seen("StatusNotification")[4]["connectorId"] == 1


async def test_it_comes_back_when_the_central_system_does(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.close()
        await station.wait_for(lambda s: not s.is_online)
        await csms.open()
        await station.wait_for(lambda s: s.is_ready)
    assert len(csms.paths) == 2
