"""Stops: repeated, nameless, early, late, missing (product.md 3: 3, 4, 7, 10, 11, 14, 19, 20, 22, 23; 5: 3, 4, 6)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import IdTag
from charging import lifecycle, sweeps, watch
from charging.models import MeterReading, Session, Settlement, StrayMessage
from drivepower.core.models import Alert
from ocpp_consumer.tests.server import eventually, in_db, now
from ocpp_consumer.tests.stories.cast import CARD, Play, ago, energy, power
from ocpp_consumer.v16 import stops
from stations.models import Command, Connector

BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


async def test_it_pays_once_for_a_stop_that_comes_twice(play: Play) -> None:
    """Situation 3, section 5, 3: again after a reset and at shutdown, with another id, reason and register."""
    number = await play.start(now())
    assert await play.stop(number, now(), meter=11_000, reason="Local") == {}
    assert await play.stop(number, now(), meter=11_000, reason="Reboot", idTag=CARD) == {
        "idTagInfo": {"status": "Accepted"}
    }
    _, paid = await play.bill()
    assert await play.stop(number, now(), meter=11_500, reason="PowerLoss") == {}
    session, again = await play.bill()
    assert (paid, again) == (Decimal("15.00"), Decimal("15.00"))
    assert (session.state, session.stop_reason, session.findings) == ("settled", "Local", ["second_stop_differs"])
    assert await in_db(Settlement.objects.count)() == 1
    assert await in_db(StrayMessage.objects.count)() == 0


@pytest.mark.parametrize("nameless", [-1, 0, 4711])
async def test_it_finds_the_session_of_a_stop_without_an_id_by_its_tag(play: Play, nameless: int) -> None:
    """Situation 4: ended and answered, then looked at by a person; a repetition of it changes nothing."""
    number = await play.start(now())
    at = now()
    data = [{"timestamp": at, "sampledValue": [energy("10600")]}]
    for _ in range(2):
        answer = await play.stop(nameless, at, meter=10_700, idTag=CARD.lower(), transactionData=data)
        assert answer == {"idTagInfo": {"status": "Accepted"}}
    session, paid = await play.bill(number)
    assert (session.state, session.findings, paid) == ("review", ["guessed"], 0)
    assert (session.meter_stop_wh, await play.registers(session.pk)) == (10_700, [10_600])
    assert await in_db(StrayMessage.objects.count)() == 0


async def test_it_keeps_a_stop_that_fits_nothing_once(play: Play) -> None:
    """Situation 4: a Stop -1 from before the Start, sent again and again by a station that cannot forget it."""
    number = await play.start(now())
    at = ago(60)
    for _ in range(3):
        assert await play.stop(-1, at, meter=11_000, idTag=CARD) == {}
    assert (await play.session(number)).state == "active"
    stray = await in_db(StrayMessage.objects.get)()
    assert (stray.payload["transactionId"], stray.session_id) == (-1, None)
    assert (await in_db(Alert.objects.get)(kind="stray_message")).subject.startswith("station:")


async def test_it_joins_a_stop_that_came_before_its_start(play: Play) -> None:
    """SP7: kept, and carried out when the Start arrives."""
    data = [{"timestamp": ago(50), "sampledValue": [energy("12000")]}]
    assert await play.stop(-1, ago(40), meter=14_000, idTag=CARD, transactionData=data) == {}
    number = await play.start(ago(60))
    await eventually(lambda: Session.objects.filter(ocpp_id=number, state="ended").exists(), "the Stop is joined")
    session, paid = await play.bill(number)
    assert (session.meter_stop_wh, session.billed_energy_wh, session.findings) == (14_000, 4000, ["guessed"])
    assert (session.state, paid) == ("review", 0)
    assert await play.registers(session.pk) == [12_000]
    assert (await in_db(StrayMessage.objects.get)()).session_id == session.pk
    assert not await in_db(Alert.objects.open().exists)()


async def test_it_makes_a_session_of_a_stop_whose_start_was_lost(play: Play) -> None:
    """Situation 7: only the Stop is replayed; its readings say when and where it began, and nobody pays unasked."""
    data = [
        {"timestamp": ago(90), "sampledValue": [energy("10000", context="Transaction.Begin"), power(7000)]},
        {"timestamp": ago(60), "sampledValue": [energy("12000", context="Transaction.End")]},
    ]
    at = ago(60)
    await play.say("Available")
    await eventually(lambda: Connector.objects.filter(number=1).exists(), "the connector is made")
    await play.stop(99, at, meter=12_000, transactionData=data, idTag=CARD)
    assert await in_db(stops.retry)(at=datetime.now(UTC)) == 0
    later = datetime.now(UTC) + timedelta(minutes=20)
    assert await in_db(stops.retry)(at=later) == 1
    assert await in_db(stops.retry)(at=later) == 0
    session, paid = await play.bill()
    assert (session.state, session.findings, paid) == ("review", ["only_stop"], 0)
    assert (session.billed_energy_wh, session.driver_id, session.connector.number) == (2000, play.driver.pk, 1)
    assert await play.registers(session.pk) == [10_000, 12_000]
    await play.stop(99, at, meter=12_000, transactionData=data, idTag=CARD)
    assert await in_db(stops.retry)(at=later) == 0
    assert await in_db(Session.objects.count)() == 1


async def test_it_swallows_signed_data_and_a_thousand_samples(play: Play) -> None:
    """Situation 14, section 5, 10: no reason, no tag, a signed blob, everything that was sent before once more."""
    number = await play.start(now())
    at = datetime.now(UTC)
    await play.read(number, at.isoformat(), energy("10100"))
    blob = {"value": "OCMF|" + "A1" * 3000, "format": "SignedData", "context": "Transaction.End"}
    data: list[dict[str, Any]] = [{"timestamp": at.isoformat(), "sampledValue": [energy("10100")]}]
    for second in range(1000):
        moment = (at + timedelta(milliseconds=second)).isoformat()
        data.append({"timestamp": moment, "sampledValue": [power(second), blob] if second == 999 else [power(second)]})
    assert await play.stop(number, now(), meter=10_700, transactionData=data) == {}
    session, paid = await play.bill()
    assert (session.state, session.stop_reason, paid) == ("settled", "Local", Decimal("10.50"))
    assert await in_db(MeterReading.objects.filter(session_key=session.pk).count)() == 1002
    signed = await in_db(MeterReading.objects.get)(value=None)
    assert signed.raw.startswith("OCMF|A1")


async def test_it_infers_an_end_that_was_never_said_and_amends_it_later(play: Play) -> None:
    """Situation 19: Available arrives, no Stop; after a grace it ends by the last register, a late Stop corrects it."""
    number = await play.start(ago(60))
    await play.read(number, ago(30), energy("15000"))
    await play.say("Available", ago(29))
    assert await in_db(sweeps.end_hung)(at=datetime.now(UTC)) == 0
    assert (await play.session()).state == "active"
    assert await in_db(sweeps.end_hung)(at=datetime.now(UTC) + timedelta(minutes=16)) == 1
    session, paid = await play.bill()
    assert (session.state, session.inferred, session.meter_stop_wh, paid) == ("review", True, 15_000, 0)
    assert await play.stop(number, ago(29), meter=15_200, reason="EVDisconnected") == {}
    session, paid = await play.bill()
    assert (session.state, session.revision, session.inferred) == ("settled", 1, False)
    assert (session.billed_energy_wh, session.findings, paid) == (5200, [], Decimal("78.00"))


async def test_it_leaves_a_start_open_that_came_alone_until_its_connector_is_free(play: Play) -> None:
    """Section 5, 6: a charge that began and ended offline, of which only the Start is ever replayed."""
    number = await play.start(ago(240))
    later = datetime.now(UTC) + timedelta(minutes=20)
    assert await in_db(sweeps.end_hung)(at=later) == 0
    await play.say("Available")
    assert await in_db(sweeps.end_hung)(at=later) == 1
    session, paid = await play.bill(number)
    assert (session.state, session.billed_energy_wh, session.findings, paid) == ("review", 0, ["inferred"], 0)


async def test_it_ends_nothing_by_a_boot(play: Play) -> None:
    """Situation 20, B7: the station goes on with its transaction; only if it is silent after that is it noted."""
    number = await play.start(now())
    await play.talk.ask("BootNotification", BOOT)
    assert (await play.session()).state == "active"
    assert await in_db(watch.flag_rebooted)(at=datetime.now(UTC)) == 0
    later = datetime.now(UTC) + timedelta(minutes=20)
    assert await in_db(watch.flag_rebooted)(at=later) == 1
    assert await in_db(watch.flag_rebooted)(at=later) == 0
    assert (await play.session()).findings == ["rebooted"]
    await play.stop(number, now(), meter=10_800, reason="PowerLoss")
    session, paid = await play.bill()
    assert (session.state, session.stop_reason, paid) == ("settled", "PowerLoss", Decimal("12.00"))


async def test_it_notes_no_boot_that_a_session_outlives(play: Play) -> None:
    """Situation 20: readings after the boot show that the charge goes on."""
    number = await play.start(now())
    await play.talk.ask("BootNotification", BOOT)
    await play.read(number, now(), energy("10100"))
    assert await in_db(watch.flag_rebooted)(at=datetime.now(UTC) + timedelta(minutes=20)) == 0


async def test_it_makes_the_owner_pay_whoever_stops(play: Play) -> None:
    """Situation 22: stopped with an unknown card, the own card blocked meanwhile; the Stop counts all the same."""
    number = await play.start(now())
    await in_db(IdTag.objects.filter(value=CARD).update)(blocked=True)
    assert await play.stop(number, now(), meter=10_500, idTag="OTHER") == {"idTagInfo": {"status": "Invalid"}}
    session, paid = await play.bill()
    assert (session.state, session.driver_id, paid) == ("settled", play.driver.pk, Decimal("7.50"))


async def test_it_ends_a_session_only_when_the_station_says_so(play: Play) -> None:
    """Situation 23: a remote stop is a wish; what flows until the Stop is paid for."""
    number = await play.start(now())
    await play.read(number, now(), energy("10300"))

    def ask() -> None:
        at = datetime.now(UTC)
        lifecycle.request_stop(session=Session.objects.get(), asked_by="staff:x", cause="operator", at=at)

    await in_db(ask)()
    call = await play.talk.hear()
    assert (call[2], call[3]) == ("RemoteStopTransaction", {"transactionId": number})
    await play.talk.send([3, call[1], {"status": "Accepted"}])
    await eventually(lambda: Command.objects.filter(state="accepted").exists(), "the answer is noted")
    await play.read(number, now(), energy("10600"))
    assert (await play.session()).state == "stopping"
    await play.stop(number, now(), meter=10_900, reason="Remote")
    session, paid = await play.bill()
    assert (session.state, session.billed_energy_wh, paid) == ("settled", 900, Decimal("13.50"))
    assert (await in_db(Command.objects.get)(intent="stop_charging")).effect == "seen"


async def test_it_takes_a_replayed_stop_below_a_reading_for_what_it_is(play: Play) -> None:
    """Section 5, 4: live readings, then the Stop of long ago, then readings from before it; its register is lower."""
    number = await play.start(ago(60))
    await play.read(number, now(), energy("16000"))
    assert await play.stop(number, ago(20), meter=14_000) == {}
    await play.read(number, ago(40), energy("12000"))
    await play.read(number, ago(10), energy("15000"))
    session, paid = await play.bill()
    assert (session.state, session.findings, paid) == ("settled", [], Decimal("60.00"))
    assert await play.registers(session.pk) == [12_000, 16_000]
    assert await play.registers(0) == [15_000]


@pytest.mark.parametrize(
    ("meters", "minutes", "finding", "energy_wh"),
    [
        ((10_000, 9_999), 5, "negative", 0),
        ((10_000, 10_500), -5, "stop_before_start", 500),
        ((0, 910_000), 60, "impossible_energy", 910_000),
    ],
)
async def test_it_bills_no_end_that_cannot_be(
    play: Play, meters: tuple[int, int], minutes: int, finding: str, energy_wh: int
) -> None:
    """Situations 10 and 11, SP6: kept and flagged, never negative, never paid unasked."""
    number = await play.start(ago(90), meter=meters[0])
    assert await play.stop(number, ago(90 - minutes), meter=meters[1]) == {}
    session, paid = await play.bill()
    assert (session.state, session.meter_stop_wh, paid) == ("review", meters[1], 0)
    assert finding in session.findings
    assert session.billed_energy_wh == energy_wh
