"""Readings without a name, of another base, unit or time (product.md 3: 8 to 15, 21; 5: 4, 8, 9; ocpp16.md MV)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from charging.models import MeterReading, SessionMeter
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import in_db, now
from ocpp_consumer.tests.stories.cast import Play, ago, energy, make_driver, power


async def stands(number: int) -> tuple[int | None, int | None, Decimal | None]:
    """Energy in Wh, power in W and state of charge of a session, as shown live."""
    meter = await in_db(SessionMeter.objects.get)(pk=number)
    return meter.energy_wh, meter.power_w, meter.soc


@pytest.mark.parametrize("nameless", [None, 0, -1])
async def test_it_gives_nameless_readings_to_who_charged_there_then(play: Play, nameless: int | None) -> None:
    """Situation 8, MV5: by connector and by the sample's own time; what was before or elsewhere stays the station's."""
    await in_db(make_driver)("SECOND")
    first = await play.start(ago(120))
    await play.stop(first, ago(100), meter=12_000)
    second = await play.start(now(), meter=12_000, tag="SECOND")
    await play.read(nameless, now(), energy("12100"))
    await play.read(nameless, ago(110), energy("11000"))
    await play.read(nameless, ago(50), energy("12050"))
    await play.read(nameless, now(), energy("700"), connector=2)
    assert await play.registers(first) == [11_000]
    assert await play.registers(second) == [12_100]
    assert sorted(await play.registers(0)) == [700, 12_050]
    assert await stands(second) == (100, None, None)


async def test_it_keeps_the_main_meter_out_of_every_session(play: Play) -> None:
    """MV1: connector 0 is the meter of the whole station."""
    number = await play.start(now())
    await play.read(None, now(), energy("999000"), connector=0)
    await play.stop(number, now(), meter=10_100)
    assert await play.registers(0) == [999_000]


async def test_it_bills_by_start_and_stop_where_readings_count_from_the_start(play: Play) -> None:
    """Situation 9: lifetime registers at both ends, the session's own in between; never one minus the other."""
    number = await play.start(ago(60), meter=5_000_000)
    await play.read(number, ago(40), energy("1500"))
    assert await stands(number) == (1500, None, None)
    await play.stop(number, ago(30), meter=5_003_000)
    session, paid = await play.bill()
    assert (session.state, session.findings, paid) == ("settled", [], Decimal("45.00"))


async def test_it_bills_registers_that_start_at_zero(play: Play) -> None:
    """Section 5, 8: meterStart 0 in every transaction, kWh with five decimals, SoC and voltage in one message."""
    number = await play.start(ago(60), meter=0)
    volts = {"value": "231.4", "measurand": "Voltage", "unit": "V", "phase": "L1"}
    soc = {"value": "55", "measurand": "SoC", "unit": "Percent", "location": "EV"}
    await play.read(number, ago(30), {"value": "0.15001", "unit": "kWh"}, soc, volts)
    assert await stands(number) == (150, None, Decimal("55.00"))
    await play.stop(number, ago(20), meter="200.0")
    session, paid = await play.bill()
    assert (session.state, session.billed_energy_wh, paid) == ("settled", 200, Decimal("3.00"))


async def test_it_does_not_bill_a_lifetime_that_began_at_zero(play: Play) -> None:
    """Situation 10: Begin 0, then a lifetime register: 910 kWh in twenty minutes wait for a person."""
    number = await play.start(ago(40), meter=0)
    await play.read(number, ago(39), energy("909000"))
    await play.stop(number, ago(20), meter=910_000)
    session, paid = await play.bill()
    assert (session.state, paid) == ("review", 0)
    assert {"begin_zero", "impossible_energy"} <= set(session.findings)


async def test_it_doubts_a_meter_that_went_back(play: Play) -> None:
    """Situation 11: the Stop's register is below what was read in the session itself."""
    number = await play.start(ago(60))
    await play.read(number, ago(40), energy("14000"))
    await play.stop(number, ago(20), meter=11_000)
    session, paid = await play.bill()
    assert (session.state, session.findings, paid) == ("review", ["meter_went_back"], 0)


@pytest.mark.parametrize(
    ("sampled", "unit", "value"),
    [
        ({"value": "1.5", "unit": "kWh"}, "Wh", Decimal(1500)),
        ({"value": "1500"}, "Wh", Decimal(1500)),
        ({"value": 1500.5}, "Wh", Decimal("1500.5")),
        ({"value": "1,5", "unit": "kWh"}, "Wh", Decimal(1500)),
        ({"value": "50.01", "unit": "Hz", "measurand": "Frequency"}, "Hertz", Decimal("50.01")),
        ({"value": "21", "unit": "Celcius", "measurand": "Temperature"}, "Celsius", Decimal(21)),
        ({"value": "2", "unit": "kvar", "measurand": "Power.Reactive.Import"}, "var", Decimal(2000)),
        ({"value": "NaN"}, "Wh", None),
        ({"value": ""}, "Wh", None),
        ({"value": "Error", "unit": "Error"}, "Error", None),
        ({"value": "3ad01f", "format": "SignedData"}, "Wh", None),
    ],
)
async def test_it_keeps_every_value_that_a_station_can_think_of(
    play: Play, sampled: dict[str, Any], unit: str, value: Decimal | None
) -> None:
    """Situation 12, MV2 to MV4: answered, in base units, the raw words kept; what is no number is flagged."""
    await play.read(None, now(), sampled)
    reading = await in_db(MeterReading.objects.get)()
    assert (reading.unit, reading.value) == (unit, value)
    frame = await in_db(Frame.objects.get)(action="MeterValues", direction="in")
    assert str(sampled["value"]) in frame.text
    assert ("a value is no number" in frame.error) is (value is None)


async def test_it_takes_no_absent_register_for_zero_and_no_phase_for_the_whole(play: Play) -> None:
    """Situation 13, MV6 and MV7: phases are summed only without a total, N-lines once, voltages never."""
    number = await play.start(now())
    await play.read(number, now(), energy("10500"), power(7000))
    await play.read(number, now(), *[power(2300) | {"phase": f"L{one}"} for one in (1, 2, 3)])
    assert await stands(number) == (500, 6900, None)
    both = [power(2000) | {"phase": f"L{one}{tail}"} for one in (1, 2, 3) for tail in ("", "-N")]
    await play.read(number, now(), *both)
    assert await stands(number) == (500, 6000, None)
    phases = [energy("200") | {"phase": f"L{one}"} for one in (1, 2, 3)]
    await play.read(
        number, now(), energy("10600"), *phases, {"value": "5", "measurand": "Energy.Active.Import.Interval"}
    )
    assert (await stands(number))[0] == 600


async def test_it_reads_times_with_offsets_and_fractions(play: Play) -> None:
    """MV8: a local offset, milliseconds, no zone at all."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    number = await play.start(now())
    texts = [
        at.astimezone(tz=None).isoformat(),
        (at + timedelta(seconds=1, milliseconds=250)).isoformat(),
        (at + timedelta(seconds=2)).replace(tzinfo=None).isoformat(),
    ]
    for text in texts:
        await play.read(number, text, power(1000))
    times = await in_db(lambda: list(MeterReading.objects.order_by("at").values_list("at", flat=True)))()
    assert times == [at, at + timedelta(seconds=1.25), at + timedelta(seconds=2)]


async def test_it_is_not_led_by_a_clock_of_the_future(play: Play) -> None:
    """Situation 15: a reading of 2199 is filed apart, and the next true one still counts as the newest."""
    number = await play.start(now())
    await play.read(number, "2199-01-01T00:00:00Z", energy("10100"))
    await play.read(number, now(), energy("10200"))
    assert (await stands(number))[0] == 200
    meter = await in_db(SessionMeter.objects.get)(pk=number)
    assert meter.last_reading_at <= datetime.now(UTC)


async def test_it_revives_no_session_by_what_comes_after_its_end(play: Play) -> None:
    """Situation 21, MV9: the old id is sent on; earlier samples are the session's, later ones only the station's."""
    number = await play.start(ago(60))
    await play.stop(number, ago(20), meter=14_000)
    before, paid = await play.bill()
    await play.read(number, ago(40), energy("12000"))
    await play.read(number, now(), energy("19000"))
    after, again = await play.bill()
    assert (before.state, after.state, paid, again) == ("settled", "settled", Decimal("60.00"), Decimal("60.00"))
    assert await play.registers(number) == [12_000]
    assert await play.registers(0) == [19_000]
    assert not await in_db(SessionMeter.objects.filter(energy_wh=9000).exists)()
    frame = await in_db(Frame.objects.filter(action="MeterValues", direction="in").latest)("id")
    assert frame.error == "later than the end of its transaction"


async def test_it_keeps_the_readings_of_a_transaction_that_never_was(play: Play) -> None:
    """MV9: stored for the station, with a word to support."""
    await play.read(4711, now(), energy("100"))
    assert await play.registers(0) == [100]
    assert (await in_db(Frame.objects.get)(action="MeterValues", direction="in")).error == "no such transaction"


async def test_it_hears_a_station_from_before_its_clock_was_set(play: Play) -> None:
    """Section 5, 9: readings dated 1970 before the first answer to a Boot are kept apart from every session."""
    await play.read(None, "1970-01-01T00:02:00Z", energy("9000"))
    answer = await play.talk.ask("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"})
    assert answer["currentTime"].endswith("Z")
    number = await play.start(now())
    await play.read(number, now(), energy("10100"))
    await play.stop(number, now(), meter=10_200)
    session, paid = await play.bill()
    assert (session.state, session.findings, paid) == ("settled", [], Decimal("3.00"))
    assert await play.registers(0) == [9000]
