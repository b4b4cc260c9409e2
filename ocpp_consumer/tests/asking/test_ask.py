"""The operator's door: what makes no sense is refused in sentences, and goes out once a person confirms it."""

from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.utils import timezone

from ocpp_consumer.tests.asking.world import State, intend, outcome, problems, refused, reply, through_door
from ocpp_consumer.tests.server import Server, Talk, basic, in_db, make_station, talking
from ocpp_consumer.v16 import door
from stations.models import Certificate, Command, Gateway, Station
from stations.tests.papers import self_signed


async def test_it_refuses_what_stations_are_never_asked(talk: Talk, station: Station) -> None:
    for action in ("Heartbeat", "LaunchMissiles"):
        assert (await refused(station, action, {})).code == "unknown_action"


@pytest.mark.parametrize(
    "payload",
    [[], "text", None, {"at": timedelta()}, {"limit": float("nan")}, {"data": "\x00"}, {"data": "\ud800"}],
    ids=["list", "text", "null", "no JSON", "NaN", "NUL", "surrogate"],
)
async def test_it_refuses_what_is_no_json_object(talk: Talk, station: Station, payload: Any) -> None:
    assert (await refused(station, "ClearCache", payload, force=True)).code == "command_malformed"


async def test_it_refuses_a_station_without_a_socket(server: Server) -> None:
    station, _ = await in_db(make_station)()
    assert (await refused(station, "ClearCache", {}, force=True)).code == "station_offline"


async def test_it_refuses_a_station_whose_gateway_died(server: Server) -> None:
    station, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)):
        dead = await in_db(Gateway.objects.create)(
            process="gone", started_at=timezone.now(), renewed_at=timezone.now() - timedelta(minutes=1)
        )
        await in_db(Station.objects.filter(pk=station.pk).update)(gateway=dead)
        assert (await refused(station, "ClearCache", {})).code == "station_offline"


@pytest.mark.parametrize("action", ["RemoteStartTransaction", "RemoteStopTransaction"])
async def test_it_starts_and_stops_nothing_while_a_station_waits_to_be_accepted(server: Server, action: str) -> None:
    station, key = await in_db(make_station)(registration=Station.Registration.PENDING)
    payload = {"idTag": "T1"} if action == "RemoteStartTransaction" else {"transactionId": 1}
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        assert (await refused(station, action, payload, force=True)).code == "station_not_accepted"
        command = await through_door(station, "GetConfiguration", {})
        await reply(talk, "GetConfiguration", {}, {})
        await outcome(command, State.ACCEPTED)


async def test_it_asks_a_rejected_station_nothing(server: Server) -> None:
    station, key = await in_db(make_station)(registration=Station.Registration.REJECTED)
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)):
        assert (await refused(station, "GetConfiguration", {}, force=True)).code == "station_not_accepted"


@pytest.mark.parametrize(
    ("action", "payload", "sentence"),
    [
        ("UnlockConnector", {}, "connectorId is missing."),
        ("UnlockConnector", {"connectorId": "one"}, "connectorId is of the wrong type."),
        ("Reset", {"type": "Gentle"}, "type is none of the values that the specification knows."),
        ("ClearCache", {"all": True}, "The payload has a field that the specification does not know."),
        ("DataTransfer", {"vendorId": "v" * 256}, "vendorId is too long."),
        ("RemoteStartTransaction", {"idTag": "T" * 21}, "idTag is too long."),
    ],
    ids=["missing", "type", "enum", "unknown", "vendor", "tag"],
)
async def test_it_says_how_a_payload_breaks_its_schema(
    talk: Talk, station: Station, action: str, payload: dict[str, Any], sentence: str
) -> None:
    assert await problems(station, action, payload) == sentence


async def test_it_sends_what_is_wrong_once_a_person_confirms_it(talk: Talk, station: Station) -> None:
    command = await through_door(station, "Reset", {"type": "Gentle", "why": [1]}, force=True)
    await reply(talk, "Reset", {"type": "Gentle", "why": [1]}, {"status": "Rejected"})
    rejected = await outcome(command, State.REJECTED)
    assert (rejected.is_forced, rejected.awaits, rejected.effect) == (True, "", "none")


async def test_it_notes_who_asked_what_and_when(talk: Talk, station: Station) -> None:
    command = await through_door(station, "ClearCache", {})
    await reply(talk, "ClearCache", {}, {"status": "Accepted"})
    done = await outcome(command, State.ACCEPTED)
    assert (done.asked_by, done.intent, done.payload, done.is_forced) == ("staff:1", "ClearCache", {}, False)
    assert done.answered_at is not None
    assert done.sent_at is not None
    assert done.asked_at <= done.sent_at <= done.answered_at
    assert done.expires_at == done.asked_at + timedelta(seconds=60)


async def test_it_takes_no_more_than_a_station_will_ever_answer(talk: Talk, station: Station) -> None:
    at = timezone.now()
    later = {"asked_at": at, "expires_at": at + timedelta(seconds=60), "asked_by": "staff:1"}
    # Of another station's gateway, so that nobody takes them.
    await in_db(Station.objects.filter(pk=station.pk).update)(epoch=-1)
    rows = [Command(station=station, intent="ClearCache", **later) for _ in range(door.MOST_QUEUED)]
    await in_db(Command.objects.bulk_create)(rows)
    await in_db(Command.objects.filter(station=station).update)(state="queued", sent_at=None)
    assert (await refused(station, "GetConfiguration", {}, force=True)).code == "too_many_commands"


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("ChangeConfiguration", {"key": "WifiPassword", "value": "hunter2"}),
        ("DataTransfer", {"vendorId": "x", "data": '{"token": "hunter2"}'}),
    ],
    ids=["configuration", "data"],
)
async def test_it_sends_nothing_secret_to_a_contested_station(
    talk: Talk, station: Station, action: str, payload: dict[str, Any]
) -> None:
    await in_db(Station.objects.filter(pk=station.pk).update)(contested_at=timezone.now())
    assert (await refused(station, action, payload, force=True)).code == "station_contested"
    command = await intend(station, action, payload)
    assert (await outcome(command, State.FAILED)).answer == {"error": "station_contested"}


@pytest.mark.parametrize("action", ["InstallCertificate", "CertificateSigned", "DataTransfer"])
async def test_it_sends_no_private_key_even_if_it_is_forced(talk: Talk, station: Station, action: str) -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
    payload = {"certificate": key, "certificateChain": key, "data": key}
    assert (await refused(station, action, payload, force=True)).code == "command_forbidden"
    assert not await in_db(Certificate.objects.exists)()


@pytest.mark.parametrize(
    ("action", "payload"),
    [("ClearChargingProfile", {"id": "x"}), ("ReserveNow", {"connectorId": 1}), ("SendLocalList", {})],
    ids=["profile", "reservation", "list"],
)
async def test_it_takes_the_answer_to_a_forced_command_calmly(
    talk: Talk, station: Station, action: str, payload: dict[str, Any]
) -> None:
    with structlog.testing.capture_logs() as logs:
        command = await through_door(station, action, payload, force=True)
        await reply(talk, action, payload, {"status": "Accepted"})
        await outcome(command, State.ACCEPTED)
    said = [line for line in logs if "understood" in line["event"]]
    assert [(line["log_level"], "exc_info" in line) for line in said] == [("warning", False)]


async def test_it_wants_a_root_to_be_one(talk: Talk, station: Station) -> None:
    leaf = {"certificateType": "CentralSystemRootCertificate", "certificate": self_signed(issuer="Somebody else")}
    assert "is no root" in await problems(station, "InstallCertificate", leaf)
