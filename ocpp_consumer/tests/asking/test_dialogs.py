"""Every request of OCPP 1.6 has a dialog with its own fields, and what it makes fits the specification's schema."""

from typing import Any

import pytest
from django.utils import timezone

from charging.models import Session
from ocpp_consumer.admin.dialogs import DIALOGS, RAW
from ocpp_consumer.tests.server import make_station
from ocpp_consumer.v16 import door
from ocpp_consumer.v16.requests import REQUESTS
from stations.models import Connector, FirmwareImage, Station

pytestmark = pytest.mark.django_db
PROFILE = {
    "connectorId": "1",
    "chargingProfileId": "7",
    "stackLevel": "0",
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Relative",
    "transactionId": "12",
    "chargingRateUnit": "W",
    "periods": "0 11000 3\n600 7400.5",
}
HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "ab", "issuerKeyHash": "cd", "serialNumber": "1"}
# What a person fills in, and what becomes of it.
FILLED: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "ChangeAvailability": ({"connectorId": "0", "type": "Inoperative"}, {"connectorId": 0, "type": "Inoperative"}),
    "ChangeConfiguration": ({"key": "HeartbeatInterval", "value": "60"}, {"key": "HeartbeatInterval", "value": "60"}),
    "ClearCache": ({}, {}),
    "ClearChargingProfile": ({"connectorId": "0", "stackLevel": "2"}, {"connectorId": 0, "stackLevel": 2}),
    "CertificateSigned": ({"certificateChain": "PEM"}, {"certificateChain": "PEM"}),
    "DataTransfer": ({"vendorId": "Acme", "content": "x"}, {"vendorId": "Acme", "data": "x"}),
    "DeleteCertificate": (HASHES, {"certificateHashData": HASHES}),
    "ExtendedTriggerMessage": ({"requestedMessage": "Heartbeat"}, {"requestedMessage": "Heartbeat"}),
    "GetCompositeSchedule": ({"connectorId": "1", "duration": "60"}, {"connectorId": 1, "duration": 60}),
    "GetConfiguration": ({"key": "A\n B \n\n"}, {"key": ["A", "B"]}),
    "GetDiagnostics": ({"startTime": "2026-11-20T10:00"}, {"startTime": "2026-11-20T10:00:00.000Z"}),
    "GetInstalledCertificateIds": (
        {"certificateType": "CentralSystemRootCertificate"},
        {"certificateType": "CentralSystemRootCertificate"},
    ),
    "GetLocalListVersion": ({}, {}),
    "GetLog": ({"logType": "SecurityLog"}, {"logType": "SecurityLog", "log": {}}),
    "InstallCertificate": (
        {"certificateType": "ManufacturerRootCertificate", "certificate": "PEM"},
        {"certificateType": "ManufacturerRootCertificate", "certificate": "PEM"},
    ),
    "RemoteStartTransaction": ({"idTag": "T1", "connectorId": "1"}, {"idTag": "T1", "connectorId": 1}),
    "RemoteStopTransaction": ({"transactionId": "12"}, {"transactionId": 12}),
    "ReserveNow": (
        {"connectorId": "1", "idTag": "T1", "expiryDate": "2026-11-20T10:00"},
        {"connectorId": 1, "idTag": "T1", "expiryDate": "2026-11-20T10:00:00.000Z", "reservationId": 0},
    ),
    "Reset": ({"type": "Soft"}, {"type": "Soft"}),
    "SendLocalList": (
        {"listVersion": "2", "updateType": "Differential", "tags": "A Accepted\nB"},
        {
            "listVersion": 2,
            "updateType": "Differential",
            "localAuthorizationList": [{"idTag": "A", "idTagInfo": {"status": "Accepted"}}, {"idTag": "B"}],
        },
    ),
    "SetChargingProfile": (
        PROFILE,
        {
            "connectorId": 1,
            "csChargingProfiles": {
                "chargingProfileId": 7,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "transactionId": 12,
                "chargingSchedule": {
                    "chargingRateUnit": "W",
                    "chargingSchedulePeriod": [
                        {"startPeriod": 0, "limit": 11000.0, "numberPhases": 3},
                        {"startPeriod": 600, "limit": 7400.5},
                    ],
                },
            },
        },
    ),
    "TriggerMessage": (
        {"requestedMessage": "StatusNotification", "connectorId": "1"},
        {"requestedMessage": "StatusNotification", "connectorId": 1},
    ),
    "UnlockConnector": ({"connectorId": "1"}, {"connectorId": 1}),
}
# Those that name rows, which have a test of their own.
OF_ROWS = {"CancelReservation", "SignedUpdateFirmware", "UpdateFirmware"}


@pytest.fixture
def station() -> Station:
    """A station with a connector at which a car charges."""
    made, _ = make_station(vendor="Acme", model="X")
    connector = Connector.objects.create(station=made, number=1)
    Session.objects.create(
        station=made, connector=connector, ocpp_id="12", state="active", asked_by="card", started_at=timezone.now()
    )
    return made


def test_it_knows_every_request() -> None:
    assert set(DIALOGS) == set(REQUESTS) | {RAW}
    assert set(FILLED) | OF_ROWS == set(REQUESTS)


@pytest.mark.parametrize("action", sorted(FILLED))
def test_it_makes_what_the_schema_asks_for(station: Station, action: str) -> None:
    said, wanted = FILLED[action]
    with timezone.override("UTC"):
        form = DIALOGS[action].form(said, station=station)
        assert form.is_valid(), form.errors
        assert form.request() == wanted
    assert not door.shape_problems(action, form.request(), filled=REQUESTS[action].filled)


def test_it_offers_images_for_the_station_alone(station: Station) -> None:
    fitting = FirmwareImage.objects.create(name="fits", vendor="Acme", version="1")
    FirmwareImage.objects.create(name="another", vendor="Other", version="1")
    form = DIALOGS["UpdateFirmware"].form({"image": str(fitting.pk)}, station=station)
    assert list(form.fields["image"].queryset) == [fitting]  # type: ignore[attr-defined]  # it chooses rows
    assert form.is_valid()
    assert form.request()["image"] == fitting.pk
    assert form.danger()


@pytest.mark.parametrize(
    ("action", "name", "text"),
    [("SendLocalList", "tags", "A Nonsense"), ("SetChargingProfile", "periods", "0"), ("Reset", "type", "Warm")],
)
def test_it_says_beside_the_field_what_is_wrong(station: Station, action: str, name: str, text: str) -> None:
    form = DIALOGS[action].form({**FILLED[action][0], name: text}, station=station)
    assert name in form.errors


@pytest.mark.parametrize(("name", "unit"), [("limit_w", "W"), ("limit_a", "A")])
def test_a_start_takes_a_limit_along(station: Station, name: str, unit: str) -> None:
    form = DIALOGS["RemoteStartTransaction"].form({"idTag": "T1", "connectorId": "1", name: "16"}, station=station)
    assert form.is_valid(), form.errors
    profile = form.request()["chargingProfile"]
    assert profile["chargingSchedule"] == {
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0}],
    }
    assert set(form.request()) == {"idTag", "connectorId", "chargingProfile"}
    action = "RemoteStartTransaction"
    assert not door.shape_problems(action, form.request(), filled=REQUESTS[action].filled)
    assert not list(REQUESTS[action].check(station, form.request()))


@pytest.mark.parametrize("limits", [{"limit_w": "1", "limit_a": "1"}, {"limit_a": "0"}, {"limit_a": "{}"}])
def test_a_start_takes_no_other_limit(station: Station, limits: dict[str, str]) -> None:
    form = DIALOGS["RemoteStartTransaction"].form({"idTag": "T1", "connectorId": "1", **limits}, station=station)
    assert "limit_a" in form.errors


def test_it_shows_times_by_the_clock_of_the_place(station: Station) -> None:
    with timezone.override("Asia/Bishkek"):
        form = DIALOGS["ReserveNow"].form(FILLED["ReserveNow"][0], station=station)
        assert form.is_valid()
        assert form.request()["expiryDate"] == "2026-11-20T04:00:00.000Z"
