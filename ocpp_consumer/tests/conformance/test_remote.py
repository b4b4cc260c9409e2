"""Remote control: starts and stops for drivers, resets, locks, triggers."""

from datetime import UTC, datetime, timedelta

from billing.models import Hold
from charging import lifecycle, sweeps
from charging.models import Session
from ocpp_consumer.tests.conformance.asking import State, accepted, answered, effect_seen, exchange, refusal
from ocpp_consumer.tests.conformance.charger import Charger, connected, now
from ocpp_consumer.tests.conformance.server import Server
from ocpp_consumer.tests.server import wait_until
from stations.models import Command


def asked_for(cp: Charger) -> tuple[Session, Command]:
    """A start that the driver has asked for in the app; the session and its command."""
    session = lifecycle.request_start(
        driver=cp.site.driver,
        station=cp.site.station,
        connector_number=1,
        energy_wh=None,
        amount=None,
        asked_by=Session.AskedBy.APP,
        at=datetime.now(UTC),
    )
    return session, Command.objects.get(subject=session.subject)


def remotely_started(cp: Charger) -> Session:
    """The same, once the station has said that it will start."""
    session, command = asked_for(cp)
    call = cp.expect("RemoteStartTransaction")
    assert call.payload == {"connectorId": 1, "idTag": session.tag}
    assert answered(cp, call, command, status="Accepted").effect == Command.Effect.EXPECTED
    return session


def stop_asked_for(cp: Charger, transaction: int, status: str) -> Command:
    """The driver asks to stop; the command, once the station has answered like that."""
    session = cp.site.session(transaction)
    lifecycle.request_stop(session=session, asked_by="driver", cause="driver", at=datetime.now(UTC))
    call = cp.expect("RemoteStopTransaction")
    assert call.payload == {"transactionId": transaction}
    return answered(cp, call, Command.objects.get(subject=session.subject, intent="stop_charging"), status=status)


def test_tc_010(cp: Charger) -> None:
    """Remote Start: Cable Plugged in First"""
    cp.status(1, "Preparing")
    session = remotely_started(cp)
    cp.authorize(session.tag)
    transaction = cp.start(tag=session.tag)
    cp.status(1, "Charging")
    assert cp.site.session(transaction).pk == session.pk
    assert Command.objects.get(subject=session.subject).effect == Command.Effect.SEEN
    cp.stop(transaction)
    cp.site.pays(transaction, energy_wh=500)


def test_tc_011_1(cp: Charger) -> None:
    """Remote Start: Remote Start First"""
    session = remotely_started(cp)
    cp.authorize(session.tag)
    cp.status(1, "Preparing")
    transaction = cp.start(tag=session.tag)
    cp.status(1, "Charging")
    assert cp.site.session(transaction).state == Session.State.ACTIVE


def test_tc_011_2(cp: Charger) -> None:
    """Remote Start: Time Out"""
    session = remotely_started(cp)
    cp.authorize(session.tag)
    cp.status(1, "Preparing")
    cp.status(1, "Available")
    assert cp.site.wallet().held > 0
    sweeps.fail_expired_starts(at=datetime.now(UTC) + timedelta(hours=1))
    (only,) = cp.site.sessions()
    assert (only.pk, only.state, only.failure) == (session.pk, Session.State.FAILED, "start_timeout")
    cp.site.pays_nothing()
    cp.authorize(session.tag, "Blocked")


def test_tc_012(cp: Charger) -> None:
    """Remote Stop Charging Session"""
    transaction = cp.charging()
    assert stop_asked_for(cp, transaction, "Accepted").state == State.ACCEPTED
    assert cp.site.session(transaction).state == Session.State.STOPPING
    cp.stop(transaction, reason="Remote")
    cp.status(1, "Finishing")
    cp.status(1, "Available")
    assert Command.objects.get(subject=f"session:{transaction}").effect == Command.Effect.SEEN
    cp.site.pays(transaction, energy_wh=500, reason="Remote")


def test_tc_026(cp: Charger) -> None:
    """Remote Start Charging Session: Rejected"""
    session, command = asked_for(cp)
    assert answered(cp, cp.expect("RemoteStartTransaction"), command, status="Rejected").state == State.REJECTED
    failed = wait_until(Session.objects.filter(pk=session.pk, state="failed").first, "the session has failed")
    assert failed.failure == "start_rejected"
    cp.site.pays_nothing()


def test_tc_028(cp: Charger) -> None:
    """Remote Stop Transaction: Rejected"""
    transaction = cp.charging()
    assert stop_asked_for(cp, transaction, "Rejected").state == State.REJECTED
    running = Session.objects.filter(station=cp.site.station_id, state=Session.State.ACTIVE)
    wait_until(running.exists, "the session counts as active again")
    assert Hold.objects.filter(subject=f"session:{transaction}", state=Hold.State.ACTIVE).exists()


def reset(cp: Charger, server: Server, kind: str) -> None:
    """A station that charges is reset: it says so, stops, goes and comes back."""
    transaction = cp.charging()
    command = accepted(cp, "Reset", {"type": kind})
    cp.stop(transaction, reason=f"{kind}Reset")
    cp.socket.close()
    with connected(cp.site, server.url) as again:
        again.booted()
    effect_seen(command)
    cp.site.pays(transaction, energy_wh=500, reason=f"{kind}Reset")


def test_tc_013(cp: Charger, server: Server) -> None:
    """Hard Reset"""
    reset(cp, server, "Hard")


def test_tc_014(cp: Charger, server: Server) -> None:
    """Soft Reset"""
    reset(cp, server, "Soft")


def test_tc_017_1(cp: Charger) -> None:
    """Unlock Connector, no charging session, not fixed cable"""
    done = exchange(cp, "UnlockConnector", {"connectorId": 1}, status="Unlocked")
    assert (done.state, done.answer) == (State.ACCEPTED, {"status": "Unlocked"})


def test_tc_017_2(cp: Charger) -> None:
    """Unlock Connector, no charging session, fixed cable"""
    done = exchange(cp, "UnlockConnector", {"connectorId": 1}, status="NotSupported")
    assert (done.state, done.answer) == (State.REJECTED, {"status": "NotSupported"})


def test_tc_018_1(cp: Charger) -> None:
    """Unlock Connector with Charging Session"""
    transaction = cp.charging()
    assert refusal(cp, "UnlockConnector", {"connectorId": 1}).code == "command_breaks_rules"
    done = exchange(cp, "UnlockConnector", {"connectorId": 1}, force=True, status="Unlocked")
    assert done.state == State.ACCEPTED
    cp.status(1, "Finishing")
    cp.stop(transaction, reason="UnlockCommand")
    cp.status(1, "Available")
    cp.site.pays(transaction, energy_wh=500, reason="UnlockCommand")


def test_tc_030(cp: Charger) -> None:
    """Unlock Connector: Unlock Failure"""
    done = exchange(cp, "UnlockConnector", {"connectorId": 1}, status="UnlockFailed")
    assert (done.state, done.answer) == (State.REJECTED, {"status": "UnlockFailed"})


def test_tc_031(cp: Charger) -> None:
    """Unlock Connector: Unknown Connector"""
    done = exchange(cp, "UnlockConnector", {"connectorId": 3}, force=True, status="NotSupported")
    assert (done.state, done.answer) == (State.REJECTED, {"status": "NotSupported"})


def test_tc_054(cp: Charger) -> None:
    """Trigger Message"""
    triggered = accepted(cp, "TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1})
    cp.ask("MeterValues", connectorId=1, meterValue=[{"timestamp": now(), "sampledValue": [{"value": "7"}]}])
    effect_seen(triggered)
    triggered = accepted(cp, "TriggerMessage", {"requestedMessage": "Heartbeat"})
    cp.ask("Heartbeat")
    effect_seen(triggered)
    triggered = accepted(cp, "TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1})
    cp.status(1, "Available")
    effect_seen(triggered)
    triggered = accepted(cp, "TriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"})
    cp.ask("DiagnosticsStatusNotification", status="Idle")
    effect_seen(triggered)
    done = exchange(cp, "TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}, status="NotImplemented")
    assert (done.state, done.answer) == (State.REJECTED, {"status": "NotImplemented"})


def test_tc_055(cp: Charger) -> None:
    """Trigger Message: Rejected"""
    unknown = {"requestedMessage": "MeterValues", "connectorId": 3}
    assert exchange(cp, "TriggerMessage", unknown, force=True, status="Rejected").state == State.REJECTED


def test_tc_061(cp: Charger) -> None:
    """Clear Authorization Data in Authorization Cache"""
    accepted(cp, "ClearCache", {})
