"""Two sides that talk at once, lose each other and answer late."""

from datetime import UTC, datetime

import pytest
from websockets.exceptions import ConnectionClosed

from ocpp_consumer.tests.conformance.asking import State, answered, ask, outcome, refusal, wish
from ocpp_consumer.tests.conformance.charger import PATIENCE, Charger, connected, now
from ocpp_consumer.tests.conformance.server import Server
from ocpp_consumer.tests.conformance.site import make_site
from ocpp_consumer.tests.server import wait_until
from stations import registry
from stations.models import Station


def test_dp_two_sockets(server: Server) -> None:
    """Two sockets with one identity: the newest is the station"""
    site = make_site()
    with connected(site, server.url) as old:
        old.booted()
        with connected(site, server.url) as new:
            with pytest.raises(ConnectionClosed):
                old.socket.recv(timeout=PATIENCE)
            command = ask(new, "ClearCache", {})
            done = answered(new, new.expect("ClearCache"), command, status="Accepted")
            assert (done.state, done.epoch) == (State.ACCEPTED, 2)
            new.ask("Heartbeat")
            assert site.station.is_online(at=datetime.now(UTC))
    wait_until(lambda: site.station.gateway is None, "the station is offline")


def test_dp_disconnect_mid_call(server: Server) -> None:
    """The socket ends while we wait for an answer"""
    site = make_site()
    with connected(site, server.url) as cp:
        cp.booted()
        under_way, waiting = ask(cp, "ClearCache", {}), ask(cp, "GetLocalListVersion", {})
        cp.expect("ClearCache")
    done = outcome(under_way)
    assert (done.state, done.answer["error"]) == (State.FAILED, "disconnected")
    with connected(site, server.url) as again:  # what had not gone out goes out now
        done = answered(again, again.expect("GetLocalListVersion"), waiting, listVersion=0)
        assert (done.state, done.epoch) == (State.ACCEPTED, 2)


def test_dp_late_result(cp: Charger) -> None:
    """An answer after its time is not taken for the next one"""
    first = ask(cp, "ClearCache", {})
    late = cp.expect("ClearCache")
    assert outcome(first).state == State.TIMED_OUT
    second = ask(cp, "ClearCache", {})
    call = cp.expect("ClearCache")
    cp.reply(late, status="Accepted")
    assert answered(cp, call, second, status="Rejected").state == State.REJECTED
    assert outcome(first).state == State.TIMED_OUT


def test_dp_crossing_calls(cp: Charger) -> None:
    """Both sides ask at the same time"""
    first, second = ask(cp, "ClearCache", {}), ask(cp, "GetLocalListVersion", {})
    call = cp.expect("ClearCache")
    transaction = cp.charging()
    assert not cp.waiting  # one request at a time
    assert answered(cp, call, first, status="Accepted").state == State.ACCEPTED
    call = cp.expect("GetLocalListVersion")
    cp.stop(transaction)
    assert answered(cp, call, second, listVersion=0).answer == {"listVersion": 0}


def test_dp_pending(server: Server) -> None:
    """A Boot answered Pending: what is asked is answered, the rest is a SecurityError"""
    site = make_site(registration=Station.Registration.PENDING)
    with connected(site, server.url) as cp:
        assert cp.boot("Pending")["interval"] > 0
        assert cp.refused("Authorize", idTag=site.card) == "SecurityError"
        assert cp.refused("StartTransaction", connectorId=1, idTag=site.card, meterStart=0, timestamp=now()) == (
            "SecurityError"
        )
        command = ask(cp, "GetConfiguration", {"key": ["HeartbeatInterval"]})
        setting = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        answered(cp, cp.expect("GetConfiguration"), command, configurationKey=[setting])
        command = ask(cp, "TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1})
        answered(cp, cp.expect("TriggerMessage"), command, status="Accepted")
        cp.status(1, "Available")
        assert cp.refused("Authorize", idTag=site.card) == "SecurityError"
        registry.accept(station=site.station, at=datetime.now(UTC))
        said = {"chargePointVendor": "Conformance", "chargePointModel": "Suite"}
        wait_until(lambda: cp.ask("BootNotification", **said)["status"] == "Accepted", "a Boot is accepted")
        cp.authorize()


def test_dp_pending_remote_start(server: Server) -> None:
    """RemoteStart and RemoteStop are refused here while a station is Pending"""
    site = make_site(registration=Station.Registration.PENDING)
    with connected(site, server.url) as cp:
        cp.boot("Pending")
        start = refusal(cp, "RemoteStartTransaction", {"connectorId": 1, "idTag": site.card})
        stop = refusal(cp, "RemoteStopTransaction", {"transactionId": 1})
        assert {start.code, stop.code} == {"station_not_accepted"}
        done = outcome(wish(cp, "start_charging", {"connector": 1, "id_tag": site.card}))
        assert (done.state, done.answer) == (State.FAILED, {"error": "station_not_accepted"})
        cp.hears_no_more()
