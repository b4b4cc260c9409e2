"""Commands by the API on the real wire: queued, sent, answered, their effect seen; and a socket that is closed."""

from typing import Any

from accounts.models import Company
from ocpp_consumer.tests.asking.world import reply
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from stations.models import Command, Connector, Station
from stations.tests.desk import Desk, staff

BOOT = {"chargePointVendor": "ACME", "chargePointModel": "X"}


async def asked(desk: Desk, station: Station, action: str, payload: Any, **more: Any) -> dict[str, Any]:
    """The command, as the API answers it."""
    status, body = await in_db(desk.post)(f"stations/{station.code}/commands", action=action, payload=payload, **more)
    assert status == 202, body
    command: dict[str, Any] = body["command"]
    return command


async def comes_to(desk: Desk, command: dict[str, Any], **wanted: str) -> dict[str, Any]:
    """The command, as the API shows it once it is so."""

    def seen() -> Any:
        _, body = desk.get(f"commands/{command['id']}")
        return body["command"] if wanted.items() <= body["command"].items() else None

    found: dict[str, Any] = await eventually(seen, f"it is {wanted}")
    return found


async def test_a_command_is_queued_sent_accepted_and_its_effect_seen(talk: Talk, station: Station, desk: Desk) -> None:
    command = await asked(desk, station, "Reset", {"type": "Soft"})
    assert (command["state"], command["effect"], command["awaits"]) == ("queued", "expected", "boot")
    assert (command["asked_by"], command["station_id"]) == (desk.by, station.code)

    call = await talk.hear()
    assert call[2:] == ["Reset", {"type": "Soft"}]
    assert (await comes_to(desk, command, state="sent"))["sent_at"] is not None
    await talk.send([3, call[1], {"status": "Accepted"}])
    accepted = await comes_to(desk, command, state="accepted")
    assert (accepted["answer"], accepted["effect"]) == ({"status": "Accepted"}, "expected")
    await talk.ask("BootNotification", BOOT)

    assert (await comes_to(desk, command, effect="seen"))["effect_at"] is not None


async def test_a_verb_is_said_in_the_words_of_ocpp(talk: Talk, station: Station, desk: Desk) -> None:
    await in_db(Connector.objects.create)(station=station, number=1)

    command = await asked(desk, station, "make_unavailable", {"connectorId": 1})

    assert command["action"] == "ChangeAvailability"
    await reply(talk, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, {"status": "Accepted"})
    said = {"connectorId": 1, "errorCode": "NoError", "status": "Unavailable", "timestamp": now()}
    await talk.ask("StatusNotification", said)
    await comes_to(desk, command, effect="seen")


async def test_a_station_that_refuses_is_told(talk: Talk, station: Station, desk: Desk) -> None:
    command = await asked(desk, station, "restart", {})
    await reply(talk, "Reset", {"type": "Soft"}, {"status": "Rejected"})

    rejected = await comes_to(desk, command, state="rejected")

    assert rejected["effect"] == "none"
    status, body = await in_db(desk.get)("commands", station=station.code, state="rejected", action="Reset")
    assert (status, body["data"]) == (200, [rejected])


async def test_what_breaks_a_rule_goes_out_with_force_alone(talk: Talk, station: Station, desk: Desk) -> None:
    path = f"stations/{station.code}/commands"
    wrong: dict[str, Any] = {"action": "Reset", "payload": {"type": "Gently"}}

    status, body = await in_db(desk.post)(path, **wrong)
    assert (status, body["error"]) == (400, "command_breaks_rules")
    assert body["details"]["problems"]
    forced = await asked(desk, station, **wrong, force=True)

    assert forced["is_forced"]
    assert (await talk.hear())[2:] == ["Reset", {"type": "Gently"}]


async def test_the_same_key_asks_once(talk: Talk, station: Station, desk: Desk) -> None:
    path, body, key = f"stations/{station.code}/commands", {"action": "ClearCache"}, {"Idempotency-Key": "k-1"}

    first = await in_db(desk.ask)("POST", path, body, **key)
    again = await in_db(desk.ask)("POST", path, body, **key)
    other = await in_db(desk.ask)("POST", path, {"action": "Reset", "payload": {"type": "Soft"}}, **key)

    assert first == again
    assert (other[0], other[1]["error"]) == (409, "idempotency_conflict")
    await reply(talk, "ClearCache", {}, {"status": "Accepted"})
    assert await in_db(Command.objects.count)() == 1


async def test_secrets_of_a_payload_are_shown_to_nobody(talk: Talk, station: Station, desk: Desk) -> None:
    wish = {"key": "WifiPassword", "value": "hunter2"}

    command = await asked(desk, station, "ChangeConfiguration", wish, force=True)

    assert command["payload"] == {"key": "WifiPassword", "value": "***"}
    assert (await talk.hear())[3] == wish
    assert "hunter2" not in str(await in_db(desk.get)("commands"))


async def test_a_disconnect_really_closes_the_socket(talk: Talk, station: Station, desk: Desk) -> None:
    [row] = (await in_db(desk.get)("connections"))[1]["data"]
    assert (row["station_id"], row["identity"]) == (station.code, "CP 1")

    status, body = await in_db(desk.ask)("DELETE", f"connections/{station.code}")

    assert (status, body["command"]["action"]) == (202, "disconnect")
    assert await talk.closed() == 1012
    done = await comes_to(desk, body["command"], state="accepted", effect="seen")
    assert done["effect_at"] is not None

    def gone() -> bool:
        return bool(desk.get(f"connections/{station.code}")[1].get("error") == "station_offline")

    await eventually(gone, "it is not connected")
    assert (await in_db(desk.ask)("DELETE", f"connections/{station.code}"))[1]["error"] == "station_offline"
    assert (await in_db(desk.get)("connections"))[1]["data"] == []


async def test_a_key_is_set_and_read_back(talk: Talk, station: Station, desk: Desk) -> None:
    path = f"stations/{station.code}/configuration"

    set_ = (await in_db(desk.post)(path, key="HeartbeatInterval", value="60"))[1]["command"]
    await reply(talk, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}, {"status": "Accepted"})
    await comes_to(desk, set_, state="accepted")
    read = (await in_db(desk.post)(f"{path}/read", keys=["HeartbeatInterval"]))[1]["command"]
    entry = {"key": "HeartbeatInterval", "readonly": False, "value": "60"}
    while (call := await talk.hear())[3] != {"key": ["HeartbeatInterval"]}:
        await talk.send([3, call[1], {"configurationKey": []}])
    await talk.send([3, call[1], {"configurationKey": [entry]}])
    await comes_to(desk, read, state="accepted")

    _, body = await in_db(desk.get)("configuration", station=station.code)
    assert [(row["key"], row["value"]) for row in body["data"]] == [("HeartbeatInterval", "60")]
    assert await in_db(desk.get)(path) == (200, {"success": True, "drift": []})


async def test_another_company_asks_nothing_of_this_station(talk: Talk, station: Station, desk: Desk) -> None:
    command = await asked(desk, station, "ClearCache", {})

    def refused() -> list[Any]:
        rights = ["stations.add_command", "stations.view_command", "stations.view_station", "ocpp_consumer.view_frame"]
        host = Desk(staff(*rights, "stations.view_configurationkey", company=Company.objects.create(name="Other")))
        code = station.code
        return [
            *[host.listed(path) for path in ("connections", "commands", "frames", "configuration")],
            *[host.get(path)[0] for path in (f"connections/{code}", f"commands/{command['id']}")],
            *[host.get(f"stations/{code}/{one}")[0] for one in ("commands", "configuration")],
            host.post(f"stations/{code}/commands", action="ClearCache")[0],
            host.post(f"stations/{code}/configuration", key="A", value="1")[0],
            host.post(f"stations/{code}/configuration/read")[0],
            host.ask("DELETE", f"connections/{code}")[0],
            host.post("commands/bulk", action="ClearCache", stations=[code])[0],
            host.post("commands/bulk", action="ClearCache", filter={})[0],
        ]

    assert await in_db(refused)() == [[], [], [], [], *[404] * 10]
    assert await in_db(Command.objects.count)() == 1
