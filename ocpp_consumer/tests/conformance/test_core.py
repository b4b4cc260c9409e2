"""Core: boots, cards, charging sessions, what happened offline, data transfer."""

from datetime import UTC, datetime, timedelta

from charging.models import Session
from ocpp_consumer.tests.conformance.charger import METER_START, Charger, now
from ocpp_consumer.tests.conformance.site import make_card
from stations.models import ConnectorState, StationSeen

State = Session.State


def test_tc_001(charger: Charger) -> None:
    """Cold Boot Charge Point"""
    assert charger.boot()["interval"] > 0
    for number in (0, 1, 2):
        charger.status(number, "Available")
    for _ in range(2):
        said = datetime.fromisoformat(charger.ask("Heartbeat")["currentTime"])
        assert abs(said - datetime.now(UTC)) < timedelta(minutes=1)
    seen = StationSeen.objects.get(pk=charger.site.station_id)
    assert seen.boot["chargePointVendor"] == "Conformance"
    assert seen.booted_at is not None
    assert seen.last_heartbeat_at is not None
    assert seen.last_heartbeat_at > seen.booted_at


def test_tc_003(cp: Charger) -> None:
    """Regular Charging Session: Plugin First"""
    cp.status(1, "Preparing")
    cp.authorize()
    transaction = cp.start()
    cp.status(1, "Charging")
    session = cp.site.session(transaction)
    assert (session.state, session.driver, session.connector.number) == (State.ACTIVE, cp.site.driver, 1)
    assert cp.stop(transaction, idTag=cp.site.card)["idTagInfo"]["status"] == "Accepted"
    cp.status(1, "Finishing")
    cp.status(1, "Available")
    cp.site.pays(transaction, energy_wh=500)


def test_tc_004_1(cp: Charger) -> None:
    """Regular Charging Session: Identification First"""
    cp.authorize()
    cp.status(1, "Preparing")
    transaction = cp.start()
    cp.status(1, "Charging")
    assert cp.site.session(transaction).state == State.ACTIVE


def test_tc_004_2(cp: Charger) -> None:
    """Regular Charging Session: Identification First, ConnectionTimeOut"""
    cp.authorize()
    cp.status(1, "Preparing")
    cp.status(1, "Available")
    assert cp.site.sessions() == []
    cp.site.pays_nothing()


def test_tc_005_1(cp: Charger) -> None:
    """EV Side Disconnected"""
    transaction = cp.charging()
    cp.status(1, "SuspendedEV")
    cp.stop(transaction, reason="EVDisconnected")
    cp.status(1, "Finishing")
    cp.status(1, "Available")
    cp.site.pays(transaction, energy_wh=500, reason="EVDisconnected")


def test_tc_007(cp: Charger) -> None:
    """Regular Start: Cached Id"""
    cp.status(1, "Preparing")
    transaction = cp.start()
    cp.status(1, "Charging")
    assert cp.site.session(transaction).start_status == "Accepted"


def test_tc_023_1(cp: Charger) -> None:
    """Start Charging Session: Authorize Invalid"""
    cp.status(1, "Preparing")
    assert cp.authorize("NOBODY", "Invalid") == {"status": "Invalid"}


def test_tc_023_2(cp: Charger) -> None:
    """Start Charging Session: Authorize Expired"""
    cp.status(1, "Preparing")
    cp.authorize(make_card(cp.site, expires_at=datetime.now(UTC) - timedelta(days=1)), "Expired")


def test_tc_023_3(cp: Charger) -> None:
    """Start Charging Session: Authorize Blocked"""
    cp.status(1, "Preparing")
    cp.authorize(make_card(cp.site, blocked=True), "Blocked")


def test_tc_024(cp: Charger) -> None:
    """Start Charging Session Lock Failure"""
    cp.authorize()
    cp.status(1, "Preparing")
    cp.status(1, "Faulted", "ConnectorLockFailure")
    stands = ConnectorState.objects.get(station=cp.site.station_id, number=1)
    assert (stands.status, stands.error_code) == ("Faulted", "ConnectorLockFailure")
    assert cp.site.sessions() == []


def test_tc_032_1(cp: Charger) -> None:
    """Power Failure Boot Charge Point: Stop Transactions"""
    transaction = cp.charging()
    cp.boot()
    cp.status(0, "Available")
    cp.status(1, "Finishing")
    assert cp.site.session(transaction).state == State.ACTIVE
    cp.stop(transaction, reason="PowerLoss")
    cp.status(1, "Available")
    cp.site.pays(transaction, energy_wh=500, reason="PowerLoss")


def test_tc_037_1(cp: Charger) -> None:
    """Offline Start Transaction: Valid IdTag"""
    transaction = cp.start(timestamp=now(minutes=30))
    cp.status(1, "Charging")
    session = cp.site.session(transaction)
    assert session.state == State.ACTIVE
    assert session.started_at is not None
    assert session.started_at < datetime.now(UTC) - timedelta(minutes=29)


def test_tc_037_3(cp: Charger) -> None:
    """Offline Start Transaction: Invalid IdTag"""
    transaction = cp.start(tag="NOBODY", status="Invalid", timestamp=now(minutes=30))
    cp.stop(transaction, reason="DeAuthorized")
    cp.status(1, "Finishing")
    session = cp.site.session(transaction)
    assert (session.state, session.stop_reason, session.driver) == (State.ENDED, "DeAuthorized", None)
    assert "unauthorized" in session.findings
    cp.site.pays_nothing()


def test_tc_039(cp: Charger) -> None:
    """Offline Transaction"""
    transaction = cp.start(timestamp=now(hours=3))
    cp.stop(transaction, energy_wh=20_000, reason="Local", timestamp=now(hours=2))
    session = cp.site.pays(transaction, energy_wh=20_000)
    assert session.duration_seconds(at=datetime.now(UTC)) == 3600
    assert session.meter_start_wh == METER_START


def test_tc_064(cp: Charger) -> None:
    """Data Transfer to a Central System"""
    conf = cp.ask("DataTransfer", vendorId="org.example.nobody", messageId="Hello", data="1")
    assert conf == {"status": "UnknownVendorId"}
