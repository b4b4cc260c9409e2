"""Starts that are repeated, late, odd or missing (product.md section 3: 1, 2, 5, 6, 16, 17; section 5: 2, 5, 7)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from billing.models import Hold
from charging import lifecycle, sweeps
from charging.models import Session
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, Talk, basic, eventually, in_db, now, talking
from ocpp_consumer.tests.stories.cast import CARD, Play, ago, energy, make_driver
from stations import registry
from stations.models import ConnectorState, Station


async def test_it_answers_a_start_whose_answer_was_lost_with_the_same_id(play: Play) -> None:
    """Situations 1 and 2: a new message id, the same Start; its own transaction is never concurrent."""
    at = now()
    first = await play.try_start(at)
    assert first["idTagInfo"] == {"status": "Accepted"}
    await play.say("Charging")
    again = [await play.try_start(at, tag=tag) for tag in (CARD, CARD.lower())]
    assert again == [first, first]
    await play.stop(first["transactionId"], now(), meter=11_000)
    assert await play.try_start(at) == first
    session, paid = await play.bill()
    assert (session.state, session.billed_energy_wh, paid) == ("settled", 1000, Decimal("15.00"))
    assert await in_db(Hold.objects.count)() == 1


async def test_it_calls_the_second_session_of_a_card_concurrent(play: Play) -> None:
    """Situation 2: only another transaction is concurrent, and Authorize never says so."""
    await play.start(now())
    assert (await play.talk.ask("Authorize", {"idTag": CARD}))["idTagInfo"]["status"] == "Accepted"
    other = await play.try_start(now(), connector=2)
    assert other["idTagInfo"]["status"] == "ConcurrentTx"
    assert other["transactionId"] > 0
    assert (await play.session(other["transactionId"])).findings == ["unauthorized"]


async def test_it_gives_positive_ids_that_no_two_stations_share(server: Server, play: Play) -> None:
    """Situations 5 and 6: whatever the Start says, it is answered with an id of one sequence."""
    odd = {"connectorId": 1, "idTag": "", "meterStart": "soon", "timestamp": "never", "reservationId": None}
    ids = [(await play.talk.ask("StartTransaction", odd))["transactionId"]]
    _, key = await in_db(_second_station)()
    async with talking(server, "/ocpp/CP2", headers=basic("CP2", key)) as other:
        ids += [(await other.ask("StartTransaction", odd))["transactionId"]]
    assert len(set(ids)) == 2
    assert all(0 < number < 2**31 for number in ids)


def _second_station() -> tuple[Station, str]:
    station = Station.objects.create(code="T-2", identity="CP2")
    return station, registry.issue_key(station=station)


async def test_it_counts_an_offline_charge_from_when_it_was(play: Play) -> None:
    """Situation 16, and section 5, 5: statuses, Start, readings and Stop of the past, replayed in a burst."""
    await play.say("Available", ago(30))
    await play.read(-1, ago(100), energy("12000"))
    number = await play.start(ago(120), meter=10_000)
    await play.read(number, ago(60), energy("15000"))
    await play.stop(number, ago(40), meter=16_000, reason="Local")
    session, paid = await play.bill()
    assert (session.state, session.findings, paid) == ("settled", [], Decimal("90.00"))
    assert session.duration_seconds(at=datetime.now(UTC)) == 80 * 60
    assert await play.registers(session.pk) == [12_000, 15_000]
    state = await in_db(ConnectorState.objects.get)(number=1)
    assert state.status == "Available"


async def test_it_leaves_the_readings_of_other_times_where_they_are(play: Play) -> None:
    """Situation 16: two offline charges in a row, their readings first; each gets its own, nobody the rest."""
    for minutes, register in ((130, "9000"), (110, "11000"), (90, "12500"), (60, "13000"), (20, "14000")):
        await play.read(None, ago(minutes), energy(register))
    first = await play.start(ago(120), meter=10_000)
    await play.stop(first, ago(100), meter=12_000)
    second = await play.start(ago(80), meter=12_500)
    await play.stop(second, ago(40), meter=13_500)
    assert await play.registers(first) == [11_000]
    assert await play.registers(second) == [13_000]
    assert await play.registers(0) == [9000, 12_500, 14_000]


async def test_it_gives_a_session_the_readings_that_overtook_its_start(play: Play) -> None:
    """Section 5, 4: what comes just before its Start belongs to it all the same."""
    at = datetime.now(UTC)
    await play.read(None, at.isoformat(), energy("10000"))
    number = await play.start((at - timedelta(seconds=1)).isoformat())
    await play.read(number, now(), energy("10200"))
    assert await play.registers(number) == [10_000, 10_200]
    assert await play.registers(0) == []


async def test_it_takes_a_start_after_its_requests_time_ran_out(play: Play, station: Station) -> None:
    """Situation 17: accepted, no cable, the hold is released; a Start that still comes is held for again."""
    await play.say("Available")
    requested = await _request(play, station)
    command = await play.talk.hear()
    assert command[2] == "RemoteStartTransaction"
    await play.talk.send([3, command[1], {"status": "Accepted"}])
    assert await play.held() == 100
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert await in_db(sweeps.fail_expired_starts)(at=later) == 1
    assert (await play.session()).failure == "start_timeout"
    assert await play.held() == 0
    answer = await play.try_start(now(), tag=command[3]["idTag"])
    assert answer["idTagInfo"]["status"] == "Accepted"
    session = await play.session(answer["transactionId"])
    assert (session.pk, session.state, await play.held()) == (requested.pk, "active", Decimal(100))


async def _request(play: Play, station: Station) -> Session:
    await eventually(lambda: station.connectors.filter(number=1).exists(), "the connector is made")

    def ask() -> Session:
        return lifecycle.request_start(
            driver=play.driver,
            station=Station.objects.get(pk=station.pk),
            connector_number=1,
            energy_wh=None,
            amount=Decimal(100),
            asked_by=Session.AskedBy.APP,
            at=datetime.now(UTC),
        )

    requested: Session = await in_db(ask)()
    return requested


async def test_it_ends_what_a_station_has_forgotten_when_it_starts_anew(play: Play) -> None:
    """Section 5, 7: the process restarts, forgets its transaction and begins another on the same connector."""
    first = await play.start(now(), meter=10_000)
    await play.read(first, now(), energy("10400"))
    await play.talk.ask("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"})
    await in_db(make_driver)("SECOND")
    second = await play.start(now(), meter=10_400, tag="SECOND")
    forgotten, paid = await play.bill(first)
    assert (forgotten.state, forgotten.stop_reason, forgotten.inferred) == ("review", "NextStart", True)
    assert (forgotten.billed_energy_wh, forgotten.findings, paid) == (400, ["inferred"], 0)
    assert (await play.session(second)).holds_connector is True
    await play.stop(first, now(), meter=10_500, reason="PowerLoss")
    amended, paid = await play.bill(first)
    assert (amended.state, amended.revision, amended.billed_energy_wh, paid) == ("settled", 1, 500, Decimal("7.50"))


async def test_it_knows_nothing_by_the_ids_of_messages(talk: Talk) -> None:
    """Section 5, 2: ids that begin again at every boot are different frames each time."""
    for boot in range(2):
        said = {"chargePointVendor": "V", "chargePointModel": f"M{boot}"}
        assert (await talk.ask("BootNotification", said, message_id="1"))["status"] == "Accepted"
        start = {"connectorId": 1, "idTag": "X", "meterStart": boot, "timestamp": now()}
        await talk.ask("StartTransaction", start, message_id="2")
    assert await in_db(Session.objects.count)() == 2
    assert await in_db(Frame.objects.filter(direction="in", message_id="2").count)() == 2


async def test_it_tells_cars_apart_where_the_clock_was_never_set(play: Play) -> None:
    """Situation 15 and section 5, 9: 1970 and meter 0 for every car; a repetition only while the session is open."""
    dawn = "1970-01-01T00:00:30Z"
    first = await play.start(dawn, meter=0)
    assert await play.start(dawn, meter=0) == first
    await play.read(first, "1970-01-01T00:01:00Z", energy("300"))
    meter = await in_db(lambda: Session.objects.get(pk=first).meter)()
    assert meter.energy_wh == 300
    assert meter.last_reading_at.year > 2020
    await play.stop(first, "1970-01-01T00:05:00Z", meter=500)
    second = await play.start(dawn, meter=0)
    assert second != first
    session, paid = await play.bill(first)
    assert (session.state, session.billed_energy_wh, paid) == ("review", 500, 0)
    assert "clock" in session.findings
