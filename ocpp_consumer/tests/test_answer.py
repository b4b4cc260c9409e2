"""Every text is answered as part A2 of the checklist says, and none closes the socket."""

import asyncio
import json
from typing import Any
from unittest.mock import ANY

import pytest

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import PATIENCE, Server, Talk, basic, eventually, in_db, make_station, now, talking
from stations.models import Station


def metered(**fields: Any) -> dict[str, Any]:
    """A MeterValues payload with something odd in it."""
    return {"connectorId": 1, "meterValue": [{"timestamp": now(), "sampledValue": [{"value": "1"}]}], **fields}


REFUSED: list[tuple[list[Any], str]] = [
    ([2, "x", "MakeCoffee", {}], "NotImplemented"),
    ([2, "x", "\x00", {}], "NotImplemented"),
    ([2, "x", "Reset", {"type": "Hard"}], "NotSupported"),
    ([2, "x", "Authorize", {}], "OccurenceConstraintViolation"),
    ([2, "x", "Authorize", {"idTag": 7}], "TypeConstraintViolation"),
    ([2, "x", "FirmwareStatusNotification", {"status": "Sleeping"}], "PropertyConstraintViolation"),
    ([2, "x", "Heartbeat"], "FormationViolation"),
    ([2, "x", "Heartbeat", {}, {}], "FormationViolation"),
    ([2, "x", ["Heartbeat"], {}], "FormationViolation"),
    ([2, "x", {"a": 1}, {}], "FormationViolation"),
    ([2, "x", "Heartbeat", []], "FormationViolation"),
    ([2, "y" * 40, "Heartbeat", {}], "FormationViolation"),
    ([2, "y" * 400_000, "Heartbeat", {}], "FormationViolation"),
]


async def test_it_refuses_with_the_code_of_the_specification(talk: Talk) -> None:
    for frame, code in REFUSED:
        await talk.send(frame)
        assert await talk.hear() == [4, frame[1], code, ANY, {}], frame[2:]


BORNE: list[tuple[str, dict[str, Any] | None, set[str]]] = [
    ("Heartbeat", None, {"currentTime"}),
    ("Heartbeat", {"unknown": 1}, {"currentTime"}),
    (
        "BootNotification",
        {"chargePointVendor": "V" * 30, "chargePointModel": "M", "iccid": ""},
        {"status", "currentTime", "interval"},
    ),
    ("DataTransfer", {"vendorId": "x", "data": "y"}, {"status"}),
    ("DiagnosticsStatusNotification", {"status": "Uploaded"}, set()),
    ("FirmwareStatusNotification", {"status": "Installed"}, set()),
    ("Authorize", {"idTag": "a tag of more than twenty letters"}, {"idTagInfo"}),
    ("StatusNotification", {"connectorId": 1, "errorCode": "None", "status": "Occupied"}, set()),
    ("StatusNotification", {"connectorId": -1, "errorCode": "NoError", "status": "Available"}, set()),
    ("StatusNotification", {"connectorId": 10**15, "errorCode": "NoError", "status": "Available"}, set()),
    ("StatusNotification", {}, set()),
    ("MeterValues", {}, set()),
    ("MeterValues", metered(transactionId="none"), set()),
    ("MeterValues", metered(connectorId="1", meterValue=[{"sampledValue": [{"value": 1.5, "unit": "Hz"}]}]), set()),
    ("MeterValues", metered(meterValue="nothing"), set()),
    ("StopTransaction", {}, set()),
    ("StopTransaction", {"transactionId": -1, "meterStop": "x", "timestamp": "yesterday"}, set()),
    ("StopTransaction", {"transactionId": 10**29, "meterStop": 10**29, "timestamp": now()}, set()),
    ("StartTransaction", {}, {"transactionId", "idTagInfo"}),
    (
        "StartTransaction",
        {"connectorId": 12.0, "idTag": "x", "meterStart": "12", "timestamp": "yesterday", "reservationId": None},
        {"transactionId", "idTagInfo"},
    ),
    (
        "StartTransaction",
        {"connectorId": 10**15, "idTag": "\x00\ud800", "meterStart": 1e300, "timestamp": "0001-01-01T00:00:00Z"},
        {"transactionId", "idTagInfo"},
    ),
]


async def test_it_bears_what_stations_really_send(talk: Talk) -> None:
    for action, payload, answer in BORNE:
        assert set(await talk.ask(action, payload)) == answer, (action, payload)


NOISE: list[str | bytes] = [
    "",
    "hello",
    "{}",
    "[]",
    '[2,{"a":1},"Heartbeat",{}]',
    "[" * 100_000,
    '[2,"1","StopTransaction",{"transactionId":' + "[" * 2000 + "]" * 2000 + "}]",
    "\x00",
    '[3,"never asked",{}]',
    '[4,"never asked","InternalError","",{}]',
    b"\x00\x01binary",
]


async def test_it_hears_noise_and_goes_on(talk: Talk) -> None:
    for noise in NOISE:
        await talk.send(noise)
    assert await talk.ask("Heartbeat", {})
    kept = await in_db(lambda: list(Frame.objects.filter(direction="in").order_by("id")))()
    assert [bool(frame.error) for frame in kept] == [True] * len(NOISE) + [False]


async def test_it_survives_deep_and_huge_payloads(talk: Talk) -> None:
    for payload in ('{"a":' * 300 + "1" + "}" * 300, '{"connectorId":' + "9" * 5000 + "}"):
        for action in ("StatusNotification", "MeterValues", "StopTransaction", "Heartbeat"):
            await talk.send(f'[2,"1","{action}",{payload}]')
            assert (await talk.hear())[:2] == [3, "1"]


async def test_it_echoes_a_numeric_id_unchanged(talk: Talk) -> None:
    await talk.send([2, 7, "Heartbeat", {}])
    answer = await talk.hear()
    assert answer[:2] == [3, 7]
    assert isinstance(answer[1], int)


async def test_it_answers_five_calls_at_once_in_order(talk: Talk) -> None:
    for number in range(5):
        await talk.send([2, str(number), "Heartbeat", {}])
    assert [(await talk.hear())[1] for _ in range(5)] == ["0", "1", "2", "3", "4"]


async def test_it_writes_times_that_end_in_z(talk: Talk) -> None:
    answer = await talk.ask("Heartbeat", {})
    assert answer["currentTime"].endswith("Z")


async def test_it_closes_a_socket_only_for_a_frame_that_is_too_long(talk: Talk) -> None:
    await talk.send([2, "1", "DataTransfer", {"vendorId": "x", "data": "y" * 1_000_000}])
    assert (await talk.hear())[2] == {"status": "UnknownVendorId"}
    await talk.send([2, "1", "DataTransfer", {"vendorId": "x", "data": "y" * 1_100_000}])
    assert await talk.closed() == 1009


async def test_it_commits_every_word_before_it_answers(talk: Talk) -> None:
    conversation: list[tuple[str, dict[str, Any]]] = [
        ("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}),
        ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}),
        ("Heartbeat", {}),
        ("Authorize", {"idTag": "A"}),
        ("StartTransaction", {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": now()}),
        ("MeterValues", metered()),
        ("StopTransaction", {"transactionId": -1, "meterStop": 1, "timestamp": now()}),
        ("DataTransfer", {"vendorId": "x"}),
        ("NoSuchThing", {}),
    ]
    for number, (action, payload) in enumerate(conversation):
        text = json.dumps([2, f"id-{number}", action, payload])
        await talk.send(text)
        await talk.hear()
        kept = await in_db(Frame.objects.get)(direction="in", message_id=f"id-{number}")
        assert (kept.text, kept.action, kept.message_type, kept.epoch) == (text, action, 2, 1)


async def test_it_keeps_one_row_for_every_frame_each_way(talk: Talk) -> None:
    await talk.ask("Heartbeat", {}, message_id="1")
    await talk.send([2, "2", "Nothing", {}])
    refusal = await talk.hear()
    said = Frame.objects.filter(direction="out").order_by("id")
    answers = await eventually(lambda: list(said) if said.count() == 2 else [], "both answers are kept")
    assert [(one.message_type, one.message_id, one.action) for one in answers] == [
        (3, "1", "Heartbeat"),
        (4, "2", "Nothing"),
    ]
    assert json.loads(answers[1].text) == refusal
    assert all(one.latency_ms > 0 for one in answers)
    assert await in_db(Frame.objects.count)() == 4


async def test_it_keeps_no_secret(talk: Talk) -> None:
    await talk.ask("DataTransfer", {"vendorId": "x", "password": "c0ffee"})
    await talk.send('[2,"1","DataTransfer",{"key":"AuthorizationKey","value":"c0ffee"')
    await talk.ask("Heartbeat", {})
    assert await in_db(Frame.objects.filter(text__contains="c0ffee").count)() == 0
    assert await in_db(Frame.objects.filter(text__contains="***").count)() == 2


@pytest.mark.parametrize(
    ("registration", "status"),
    [(Station.Registration.PENDING, "Pending"), (Station.Registration.REJECTED, "Rejected")],
)
async def test_it_hears_only_boots_until_the_station_is_accepted(
    server: Server, registration: str, status: str
) -> None:
    station, key = await in_db(make_station)("new", registration=registration)
    boot = {"chargePointVendor": "V", "chargePointModel": "M"}
    async with talking(server, "/ocpp/new", headers=basic("new", key)) as talk:
        assert (await talk.ask("BootNotification", boot))["status"] == status
        await talk.send([2, "1", "Heartbeat", {}])
        assert (await talk.hear())[:3] == [4, "1", "SecurityError"]
        await in_db(Station.objects.filter(pk=station.pk).update)(registration=Station.Registration.ACCEPTED)
        async with asyncio.timeout(PATIENCE):
            while (await talk.ask("BootNotification", boot))["status"] != "Accepted":
                pass
        assert await talk.ask("Heartbeat", {})


async def test_it_copies_what_a_boot_says_of_the_hardware(server: Server) -> None:
    station, key = await in_db(make_station)("boots", heartbeat_interval=77)
    said = {
        "chargePointVendor": "Ven\x00dor",
        "chargePointModel": "Model",
        "chargePointSerialNumber": "a serial that is longer than twenty-five letters",
        "firmwareVersion": "1.2.3",
        "imsi": "",
    }
    async with talking(server, "/ocpp/boots", headers=basic("boots", key)) as talk:
        assert (await talk.ask("BootNotification", said))["interval"] == 77
        await talk.ask("BootNotification", said)
    seen = (await in_db(Station.objects.select_related("seen").get)(pk=station.pk)).seen
    assert seen.boot_count == 2
    assert seen.booted_at <= seen.last_frame_at
    assert set(seen.boot) == set(said) - {"imsi"}
    known = await eventually(lambda: Station.objects.filter(firmware="1.2.3").first(), "the boot is copied")
    assert (known.vendor, known.model, known.serial) == ("Vendor", "Model", said["chargePointSerialNumber"])
