"""Repeated, lost and reordered starts and stops: one session each, whatever was lost on the way."""

from django.utils import timezone

from charging.models import Session, StrayMessage
from ocpp_consumer.tests.conformance.charger import Charger, now
from ocpp_consumer.tests.conformance.site import make_card
from ocpp_consumer.tests.server import wait_until
from ocpp_consumer.v16 import stops

State = Session.State


def test_dp_start_replayed(cp: Charger) -> None:
    """A Start whose answer was lost: the same id and the same verdict again"""
    said = {"connectorId": 1, "idTag": cp.site.card, "meterStart": 0, "timestamp": now(seconds=20)}
    first = cp.ask("StartTransaction", **said)
    cp.status(1, "Charging")
    assert cp.ask("StartTransaction", **said) == first
    assert cp.ask("StartTransaction", **said | {"idTag": cp.site.card.lower()}) == first
    assert first["idTagInfo"]["status"] == "Accepted"
    assert len(cp.site.sessions()) == 1


def test_dp_stop_replayed(cp: Charger) -> None:
    """A Stop sent twice ends one session once"""
    transaction = cp.charging()
    at = now()
    first = cp.stop(transaction, timestamp=at, idTag=cp.site.card)
    assert cp.stop(transaction, timestamp=at, idTag=cp.site.card) == first
    cp.site.pays(transaction, energy_wh=500)
    cp.stop(transaction, timestamp=at)
    assert cp.site.pays(transaction, energy_wh=500).revision == 0


def test_dp_stop_minus_one(cp: Charger) -> None:
    """A Stop for transaction -1 ends the session of its tag"""
    transaction = cp.charging()
    other = cp.start(2, make_card(cp.site))
    cp.stop(-1, idTag=cp.site.card)
    session = cp.site.session(transaction)
    assert (session.state, session.billed_energy_wh, session.findings) == (State.ENDED, 500, ["guessed"])
    assert cp.site.session(other).state == State.ACTIVE


def test_dp_stop_zero(cp: Charger) -> None:
    """A Stop for transaction 0 ends the station's only session"""
    transaction = cp.charging()
    cp.stop(0)
    assert cp.site.session(transaction).state == State.ENDED


def test_dp_stop_unknown(cp: Charger) -> None:
    """A Stop for a transaction that nobody knows is answered and kept"""
    running = cp.charging()
    assert cp.stop(2_000_000_000, idTag="NOBODY").get("idTagInfo", {"status": "Invalid"}) == {"status": "Invalid"}
    stray = StrayMessage.objects.get(station=cp.site.station_id)
    assert (stray.action, stray.payload["transactionId"], stray.session) == ("StopTransaction", 2_000_000_000, None)
    assert cp.site.session(running).state == State.ACTIVE


def test_dp_start_while_open(cp: Charger) -> None:
    """A Start on a connector whose transaction is open"""
    first = cp.start(timestamp=now(minutes=10))
    second = cp.start(tag=make_card(cp.site), timestamp=now(minutes=5))
    assert second != first
    assert cp.site.session(second).state == State.ACTIVE
    guessed = cp.site.session(first)
    assert (guessed.state, guessed.inferred) == (State.ENDED, True)
    cp.stop(first, timestamp=now(minutes=6))
    told = cp.site.session(first)
    assert (told.state, told.inferred, told.billed_energy_wh) == (State.ENDED, False, 500)


def test_dp_stop_before_start(cp: Charger) -> None:
    """A Stop that arrives before its Start"""
    cp.stop(-1, idTag=cp.site.card, timestamp=now(minutes=5))
    transaction = cp.start(timestamp=now(minutes=50))
    stops.retry(at=timezone.now())  # unless what follows the Start is at it already
    wait_until(lambda: cp.site.session(transaction).state == State.ENDED, "the Stop is carried out")
    session = cp.site.session(transaction)
    assert session.billed_energy_wh == 500
    assert StrayMessage.objects.get(station=cp.site.station_id).session == session
