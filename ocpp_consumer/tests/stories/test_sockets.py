"""Sockets that die, double or babble (product.md 3: 24, 25, 26, 28; 5: 1, 4, 11, 12, 13, 14, 15)."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from charging.models import Session
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, Talk, basic, eventually, in_db, make_station, now, talking
from ocpp_consumer.tests.stories.cast import Play, ago, energy, make_driver, make_priced_station
from ocpp_consumer.v16.door import ask
from stations import commands
from stations.models import Command, ConfigurationKey, ConnectionSpan, Station


def wish(intent: str, payload: dict[str, Any], identity: str = "CP 1") -> Command:
    """What an operator asks of the station."""
    at = datetime.now(UTC)
    station = Station.objects.get(identity=identity)
    return commands.send(
        station=station, intent=intent, payload=payload, asked_by="staff:x", at=at, expires_at=at + timedelta(minutes=1)
    )


async def outcome(command: Command, *states: str) -> Command:
    """The command once it stands so."""
    found = Command.objects.filter(pk=command.pk, state__in=states)
    done: Command = await eventually(found.first, f"the command is {states}")
    return done


async def test_it_goes_on_with_a_charge_on_the_newest_socket(server: Server) -> None:
    """Situation 24: half open, the station comes back and speaks on; the old socket's end takes nothing with it."""
    _, key = await in_db(make_priced_station)()
    driver = await in_db(make_driver)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as old:
        number = await Play(old, driver).start(now())
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as new:
            await old.closed()
            play = Play(new, driver)
            await play.read(number, now(), energy("10200"))
            station = await in_db(Station.objects.select_related("gateway").get)()
            assert station.is_online(at=datetime.now(UTC))
            await play.stop(number, now(), meter=10_400)
            session, paid = await play.bill()
    assert (session.state, paid) == ("settled", 6)
    spans = await in_db(lambda: list(ConnectionSpan.objects.order_by("epoch").values_list("epoch", "reason")))()
    assert spans[0] == (1, "replaced")


async def test_it_reaches_a_session_that_came_back_without_a_boot(server: Server) -> None:
    """Situation 28, section 5, 4, T10: no state needs a Boot; live readings, the buffered Stop, older readings."""
    _, key = await in_db(make_priced_station)()
    driver = await in_db(make_driver)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        number = await Play(talk, driver).start(now(), meter=10_000)
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        play = Play(talk, driver)
        at = datetime.now(UTC)
        await play.read(number, (at + timedelta(seconds=1)).isoformat(), energy("10600"))
        await play.stop(number, at.isoformat(), meter=10_500)
        await play.read(number, (at - timedelta(milliseconds=1)).isoformat(), energy("10450"))
        session, paid = await play.bill()
    assert (session.state, session.findings, paid) == ("settled", [], Decimal("7.50"))
    assert await play.registers(number) == [10_450, 10_600]


@pytest.mark.parametrize("path", ["/ocpp/a%2Fb%20%C3%A9", "/ws/a%2Fb%20%C3%A9/", "/ocpp/ws?station_id=a%2Fb%20%C3%A9"])
async def test_it_charges_under_every_form_of_the_address(server: Server, path: str) -> None:
    """Situation 25: percent-encoded, with a tail, in the query; what is offered is chosen from, never invented."""
    _, key = await in_db(make_station)("a/b é")
    headers = basic("a/b é", key) | {"Host": "example.com"}  # section 5, 12: without the port
    async with talking(server, path, headers=headers, subprotocols=("soap", "ocpp1.6")) as talk:
        assert talk.socket.subprotocol == "ocpp1.6"
        assert (await talk.ask("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}))["status"]


async def test_it_goes_on_after_garbage_in_the_middle_of_a_charge(play: Play) -> None:
    """Situation 26: broken JSON, lines, binary, a stranger's answers; the session does not notice."""
    number = await play.start(now())
    pretty = json.dumps([2, "p", "Heartbeat", {}], indent=2)
    for garbage in (
        "{",
        '[2,"x"',
        "\n",
        b"\xff\x00",
        '[3,"nobody",{}]',
        '[4,"nobody","X","",{}]',
        "[[[[",
        '[9,"x",{}]',
    ):
        await play.talk.send(garbage)
    await play.talk.send(pretty)
    assert (await play.talk.hear())[:2] == [3, "p"]
    serial = "S" * 26
    boot = {"chargePointVendor": "", "chargePointModel": "M", "chargePointSerialNumber": serial, "iccid": ""}
    assert (await play.talk.ask("BootNotification", boot))["status"] == "Accepted"  # section 5, 12
    await play.stop(number, now(), meter=10_200)
    session, paid = await play.bill()
    assert (session.state, paid) == ("settled", 3)


async def test_it_answers_a_whole_charge_that_was_sent_at_once(play: Play) -> None:
    """Section 5, 1: five calls under way on one socket are answered in their order."""
    at = now()
    start = {"connectorId": 1, "idTag": "04A1B2C3", "meterStart": 1, "timestamp": at}
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
    metered = {"connectorId": 1, "meterValue": [{"timestamp": now(), "sampledValue": [energy("101")]}]}
    stop = {"transactionId": -1, "meterStop": 201, "timestamp": now(), "idTag": "04A1B2C3"}
    calls = [("StatusNotification", status), ("StartTransaction", start), ("MeterValues", metered)]
    calls += [("Heartbeat", {}), ("StopTransaction", stop)]
    for number, (action, payload) in enumerate(calls):
        await play.talk.send([2, str(number), action, payload])
    assert [(await play.talk.hear())[:2] for _ in calls] == [[3, str(number)] for number in range(5)]
    session = await play.session()
    assert (session.state, session.billed_energy_wh) == ("ended", 200)
    assert await play.registers(session.pk) == [101]


async def test_it_waits_for_the_boot_of_a_station_whose_socket_died_of_the_reset(server: Server) -> None:
    """Section 5, 11: the socket closes before the answer; the command fails at once, the Boot shows the effect."""
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        command = await in_db(ask)(
            station=await in_db(Station.objects.get)(),
            action="Reset",
            payload={"type": "Hard"},
            asked_by="staff:x",
            at=datetime.now(UTC),
        )
        assert (await talk.hear())[2] == "Reset"
    assert (await outcome(command, "failed")).answer["error"] == "disconnected"
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        boot = {"chargePointVendor": "V", "chargePointModel": "M"}
        assert (await talk.ask("BootNotification", boot))["status"] == "Accepted"
        await eventually(Command.objects.filter(pk=command.pk, effect="seen").exists, "the Boot shows the effect")


async def test_it_says_nothing_that_was_not_asked_and_no_time_without_z(talk: Talk) -> None:
    """Section 5, 13: some stations die of either."""
    await talk.send('[3,"nobody",{"status":"Accepted"}]')
    await talk.send([2, "b", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}])
    await talk.send([2, "h", "Heartbeat", {}])
    answers = [await talk.hear() for _ in range(2)]
    assert [one[1] for one in answers] == ["b", "h"]
    assert all(one[2]["currentTime"].endswith("Z") for one in answers)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await talk.socket.recv()


@pytest.mark.parametrize(
    ("action", "payload", "answer", "state"),
    [
        ("GetCompositeSchedule", {"connectorId": 1, "duration": 60}, {"status": "Accepted"}, "accepted"),
        (
            "GetCompositeSchedule",
            {"connectorId": 1, "duration": 60},
            {"status": "Accepted", "chargingSchedule": {"duration": 10**12, "chargingSchedulePeriod": []}},
            "accepted",
        ),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}, {"status": "Accepted"}, "accepted"),
        ("UnlockConnector", {"connectorId": 1}, None, "failed"),
    ],
)
async def test_it_records_whatever_a_command_is_answered(
    talk: Talk, action: str, payload: dict[str, Any], answer: dict[str, Any] | None, state: str
) -> None:
    """Section 5, 14: empty schedules, absurd durations, triggers without effect, CALLERRORs without words."""
    command = await in_db(wish)(action, payload)
    call = await talk.hear()
    await talk.send([4, call[1], "NotSupported", "", {}] if answer is None else [3, call[1], answer])
    done = await outcome(command, state)
    assert done.answer.get("error", "") == ("NotSupported" if answer is None else "")
    assert await talk.ask("Heartbeat", {})


async def test_it_shows_nobody_the_key_that_a_station_tells(talk: Talk) -> None:
    """Section 5, 15: GetConfiguration answers with AuthorizationKey, readable."""
    command = await in_db(wish)("read_configuration", {"keys": []})
    call = await talk.hear()
    said = [{"key": "AuthorizationKey", "readonly": False, "value": "c0ffee00c0ffee00"}]
    await talk.send([3, call[1], {"configurationKey": said}])
    await outcome(command, "accepted")
    await talk.ask("Heartbeat", {})
    assert (await in_db(ConfigurationKey.objects.get)()).value is None
    kept = await in_db(lambda: [frame.text for frame in Frame.objects.all()])()
    answers = await in_db(lambda: json.dumps(list(Command.objects.values_list("answer", flat=True))))()
    assert not any("c0ffee" in text for text in [*kept, answers])


async def test_it_takes_up_a_crowd_that_comes_back_at_once(server: Server) -> None:
    """Situation 28: thirty stations return in the middle of their charges, none boots, all are billed."""
    keys = [(await in_db(make_priced_station)(f"CP{number}"))[1] for number in range(30)]
    await in_db(make_driver)("CROWD", sessions_at_once=99)

    async def one(number: int) -> None:
        identity, key = f"CP{number}", keys[number]
        async with talking(server, f"/ocpp/{identity}", headers=basic(identity, key)) as talk:
            start = {"connectorId": 1, "idTag": "GUEST", "meterStart": 0, "timestamp": ago(1)}
            begun = (await talk.ask("StartTransaction", start))["transactionId"]
        async with talking(server, f"/ocpp/{identity}", headers=basic(identity, key)) as talk:
            await talk.ask("StopTransaction", {"transactionId": begun, "meterStop": 100, "timestamp": now()})

    await asyncio.gather(*(one(number) for number in range(30)))
    assert await in_db(Session.objects.filter(state="ended", billed_energy_wh=100).count)() == 30
    assert await in_db(ConnectionSpan.objects.filter(epoch=2).count)() == 30
