"""What connectors say of themselves (product.md 3: 18, 19, 27; 5: 5, 9; ocpp16.md N1 to N7)."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from charging import lifecycle, watch
from charging.models import Session
from drivepower.core.models import Alert
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, basic, eventually, in_db, now, talking
from ocpp_consumer.tests.stories.cast import Play, ago, energy, make_priced_station
from stations.models import Connector, ConnectorState, Gateway, Station, StatusSpan

ALL = ("Preparing", "Charging", "SuspendedEVSE", "SuspendedEV", "Finishing", "Reserved", "Unavailable", "Faulted")


async def statuses() -> dict[int, str]:
    """The newest status by connector."""
    found: dict[int, str] = await in_db(lambda: dict(ConnectorState.objects.values_list("number", "status")))()
    return found


async def test_it_takes_every_status_after_every_other(play: Play) -> None:
    """N4: no transition is refused, listed or not; no session begins or ends by one (N6)."""
    for before in ("Available", *ALL):
        for after in (*ALL, "Available"):
            await play.say(before)
            await play.say(after)
            assert await statuses() == {1: after}
    assert not await in_db(Session.objects.exists)()


async def test_it_learns_the_connectors_of_a_station_that_boots(play: Play) -> None:
    """B6, N7 and section 5, 9: from their statuses, without a time, without one for connector 0."""
    await play.talk.ask("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"})
    for number in (1, 2, 3):
        await play.say("Available", connector=number)
    await eventually(lambda: Connector.objects.count() == 3, "three connectors are made")
    assert await statuses() == {1: "Available", 2: "Available", 3: "Available"}


@pytest.mark.parametrize("number", [101, 10**9, -1])
async def test_it_makes_no_connector_that_cannot_be(play: Play, number: int) -> None:
    """Security A27: kept as a frame and nowhere else."""
    await play.say("Available", connector=number)
    frame = await in_db(Frame.objects.get)(direction="in")
    assert frame.error.startswith("no such connector")
    assert not await in_db(Connector.objects.exists)()
    assert await statuses() == {}


async def test_it_takes_a_warning_for_no_outage(play: Play, station: Station) -> None:
    """N3: an error without Faulted leaves the connector to drivers; Faulted does not."""
    await play.say("Available", error="EVCommunicationError")
    await eventually(lambda: Connector.objects.filter(number=1).exists(), "the connector is made")
    state = await in_db(ConnectorState.objects.get)()
    assert (state.status, state.error_code) == ("Available", "EVCommunicationError")

    def request() -> Session:
        return lifecycle.request_start(
            driver=play.driver,
            station=Station.objects.get(pk=station.pk),
            connector_number=1,
            energy_wh=None,
            amount=None,
            asked_by=Session.AskedBy.APP,
            at=datetime.now(UTC),
        )

    assert (await in_db(request)()).state == "requested"


async def test_it_keeps_words_of_older_dialects(play: Play) -> None:
    """N2: `Occupied` of 1.5 and an error nobody knows are stored as they were said, and flagged."""
    await play.say("Occupied", error="Hiccup")
    state = await in_db(ConnectorState.objects.get)()
    assert (state.status, state.error_code) == ("Occupied", "Hiccup")
    assert (await in_db(Frame.objects.get)(direction="in")).error.endswith(": enum")


async def test_it_keeps_the_station_and_its_connectors_apart(play: Play) -> None:
    """N1: connector 0 is the controller; neither speaks for the other."""
    await play.say("Available")
    await play.say("Faulted", connector=0, error="InternalError")
    await play.say("Charging")
    assert await statuses() == {0: "Faulted", 1: "Charging"}


async def test_it_orders_statuses_by_their_own_time(play: Play) -> None:
    """N5, section 5, 5: old ones, replayed before the Start, Stop and readings that they belong to."""
    await play.say("Available", ago(1))
    for status, minutes in (("Preparing", 61), ("Charging", 60), ("Finishing", 20)):
        await play.say(status, ago(minutes))
    number = await play.start(ago(60))
    await play.stop(number, ago(20), meter=14_000)
    assert await statuses() == {1: "Available"}
    session, paid = await play.bill()
    assert (session.state, paid) == ("settled", 60)


async def test_it_bears_charging_before_its_start_and_finishing_before_its_stop(play: Play) -> None:
    """N5: the two may swap; the session is the same."""
    await play.say("Charging", now())
    number = await play.start(now())
    await play.say("Finishing", now())
    await play.say("Available", now())
    assert (await play.session()).state == "active"
    await play.stop(number, now(), meter=10_400)
    session, paid = await play.bill()
    assert (session.state, session.inferred, paid) == ("settled", False, 6)


async def test_it_keeps_every_status_while_transactions_come_and_go(server: Server) -> None:
    """Situation 27: ten stations at once, statuses between Starts and Stops; no word lost, none out of order."""
    keys = [(await in_db(make_priced_station)(f"CP{number}"))[1] for number in range(10)]
    await asyncio.gather(*(rush(server, f"CP{number}", key) for number, key in enumerate(keys)))
    assert await in_db(ConnectorState.objects.filter(status="Available", number__in=[0, 1, 2]).count)() == 30
    assert await in_db(Session.objects.filter(state="ended").count)() == 40
    assert await in_db(StatusSpan.objects.filter(until=None).count)() == 30
    spans = await in_db(lambda: list(StatusSpan.objects.filter(number=1).order_by("station", "since", "id")))()
    for before, after in pairwise(spans):
        assert before.station_id != after.station_id or before.until == after.since


async def rush(server: Server, identity: str, key: str) -> None:
    """Two connectors, two charges each, as fast as the answers come."""
    async with talking(server, f"/ocpp/{identity}", headers=basic(identity, key)) as talk:
        for connector in (1, 2, 1, 2):
            said = {"connectorId": connector, "errorCode": "NoError"}
            await talk.ask("StatusNotification", said | {"status": "Charging", "timestamp": now()})
            start = {"connectorId": connector, "idTag": "X", "meterStart": 5, "timestamp": now()}
            number = (await talk.ask("StartTransaction", start))["transactionId"]
            await talk.ask("StatusNotification", said | {"connectorId": 0, "status": "Available"})
            await talk.ask("StopTransaction", {"transactionId": number, "meterStop": 6, "timestamp": now()})
            await talk.ask("StatusNotification", said | {"status": "Available", "timestamp": now()})


async def test_it_tells_of_a_charge_that_was_never_started(play: Play) -> None:
    """Situation 18: it delivers and no transaction begins: an alert, nothing made up; a Start that comes ends it."""
    await play.say("Charging")
    await play.read(None, now(), energy("10500"))
    assert await in_db(watch.tell_of_silent_charges)(at=datetime.now(UTC)) == 0
    soon = datetime.now(UTC) + timedelta(minutes=6)
    assert await in_db(silent_at)(soon) == 1
    alert = await in_db(Alert.objects.open().get)()
    assert (alert.kind, alert.subject.endswith("/1")) == ("charging_without_session", True)
    assert await play.talk.ask("Heartbeat", {})  # the next word to the station: it was asked for nothing
    assert await play.ask_app("/api/v1/sessions") == (200, {"success": True, "data": [], "next": None})
    assert await play.money() == ("1000.00", "0.00", "0.00")
    number = await play.start(now(), meter=10_600)
    assert await in_db(silent_at)(soon) == 0
    assert not await in_db(Alert.objects.open().exists)()
    await play.stop(number, now(), meter=11_000)
    session, paid = await play.bill()
    assert (session.state, paid, await play.receipt(session)) == ("settled", 6, ("6.00", "KGS"))
    assert await play.money() == ("994.00", "0.00", "6.00")


def silent_at(at: datetime) -> int:
    """What the watch says then, were the gateway still alive."""
    Gateway.objects.update(renewed_at=at)
    return watch.tell_of_silent_charges(at=at)
