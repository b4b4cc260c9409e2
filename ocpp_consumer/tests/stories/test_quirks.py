"""Firmware that is odd in a known way: a profile makes its words regular, the frames stay as they came (F8)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from charging.models import MeterReading, SessionMeter
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import PATIENCE, Server, basic, in_db, now, talking
from ocpp_consumer.tests.stories.cast import Play, ago, energy, make_driver, make_priced_station
from ocpp_consumer.v16.quirks import TRANSFORMS
from stations.models import ConnectorState, QuirkProfile

BISHKEK = ZoneInfo("Asia/Bishkek")


@asynccontextmanager
async def playing(server: Server, *, card: str = "04A1B2C3", is_on: bool = True, **quirk: Any) -> AsyncIterator[Play]:
    """A station of vendor Odd, model M2, for whose kind that profile stands."""

    def make() -> tuple[str, Any]:
        QuirkProfile.objects.create(name="low", vendor="*", is_on=True)
        QuirkProfile.objects.create(name="odd", vendor="ODD*", model="m?", priority=5, is_on=is_on, **quirk)
        return make_priced_station("odd", vendor="Odd", model="M2")[1], make_driver(card)

    key, driver = await in_db(make)()
    async with talking(server, "/ocpp/odd", headers=basic("odd", key)) as talk:
        yield Play(talk, driver)


@pytest.mark.parametrize(("unit", "value", "wh"), [("kWh", "0.5", 500), ("Wh", "500", 500)])
async def test_it_reads_energy_in_the_unit_that_it_really_has(server: Server, unit: str, value: str, wh: int) -> None:
    """Situation 12: kWh that say Wh, Wh that say kWh."""
    wrong = {"kWh": "Wh", "Wh": "kWh"}[unit]
    async with playing(server, energy_unit=unit) as play:
        number = await play.start(now(), meter=0)
        power = {"value": "7", "unit": "kW", "measurand": "Power.Active.Import"}
        await play.read(number, now(), {"value": value, "unit": wrong}, power)
        meter = await in_db(SessionMeter.objects.get)(pk=number)
        assert (meter.energy_wh, meter.power_w) == (wh, 7000)
        assert f'"unit": "{wrong}"' in (await in_db(Frame.objects.get)(action="MeterValues", direction="in")).text
        await play.stop(number, now(), meter=500)
        session, paid = await play.bill()
        assert (session.state, session.findings, paid) == ("settled", [], Decimal("7.50"))


async def test_it_adds_registers_that_count_from_the_start(server: Server) -> None:
    """Situation 9: readings of 800 and 1500 in a session that began at 1000 are 1800 and 2500."""
    async with playing(server, registers_start_at_zero=True) as play:
        number = await play.start(ago(60), meter=1000)
        await play.read(number, ago(50), energy("800"))
        await play.read(number, ago(40), energy("1500"))
        assert (await in_db(SessionMeter.objects.get)(pk=number)).energy_wh == 1500
        data = [{"timestamp": ago(30), "sampledValue": [energy("3000", context="Transaction.End")]}]
        await play.stop(number, ago(30), meter=3000, transactionData=data)
        session, paid = await play.bill()
        assert await play.registers(number) == [1800, 2500, 3000]
        assert (session.state, session.findings, paid) == ("settled", [], Decimal("30.00"))


@pytest.mark.parametrize(
    ("transform", "shown", "card"),
    [("reverse_bytes", "C3B2A104", "04A1B2C3"), ("strip_zeros", "0000123", "123")],
)
async def test_it_knows_a_card_however_it_is_written(server: Server, transform: str, shown: str, card: str) -> None:
    """The bytes of a card the other way round, or filled up with zeros: authorized, started, stopped by its own tag."""
    async with playing(server, card=card, tag_transform=transform) as play:
        assert (await play.talk.ask("Authorize", {"idTag": shown}))["idTagInfo"]["status"] == "Accepted"
        number = await play.start(now(), tag=shown)
        answer = await play.stop(number, now(), meter=10_500, idTag=shown)
        assert answer["idTagInfo"]["status"] == "Accepted"
        session, paid = await play.bill()
        assert (session.tag, session.driver_id, paid) == (card, play.driver.pk, Decimal("7.50"))


@pytest.mark.parametrize(
    ("transform", "shown", "meant"),
    [
        ("reverse_bytes", "04a1b2", "B2A104"),
        ("reverse_bytes", "odd", "odd"),
        ("reverse_bytes", "123", "123"),
        ("strip_zeros", "000", "0"),
        ("strip_zeros", "", ""),
    ],
)
def test_it_leaves_alone_what_it_cannot_turn(transform: str, shown: str, meant: str) -> None:
    assert TRANSFORMS[QuirkProfile.TagTransform(transform)](shown) == meant


async def test_it_ignores_transaction_ids_that_are_wrong(server: Server) -> None:
    """Readings belong to whatever charges at their connector."""
    async with playing(server, ignores_transaction_id=True) as play:
        number = await play.start(now())
        await play.read(77, now(), energy("10300"))
        assert await play.registers(number) == [10_300]
        assert (await in_db(SessionMeter.objects.get)(pk=number)).energy_wh == 300


async def test_it_reads_local_times_that_claim_to_be_utc(server: Server) -> None:
    """Situation 15: everything six hours ahead; statuses, both ends and readings in between."""

    def local(minutes: float) -> str:
        moment = datetime.now(UTC) - timedelta(minutes=minutes)
        return moment.astimezone(BISHKEK).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"

    async with playing(server, sends_local_time=True) as play:
        await play.say("Available", local(50))
        number = await play.start(local(40))
        await play.read(number, local(30), energy("12000"))
        data = [{"timestamp": local(21), "sampledValue": [energy("13900")]}]
        await play.stop(number, local(20), meter=14_000, transactionData=data)
        session, paid = await play.bill()
        assert (session.state, session.findings, paid) == ("settled", [], Decimal("60.00"))
        assert session.duration_seconds(at=datetime.now(UTC)) == pytest.approx(1200, abs=2)
        assert await play.registers(number) == [12_000, 13_900]
    state = await in_db(ConnectorState.objects.get)(number=1)
    assert (state.received_at - state.effective_at) // timedelta(minutes=1) in (49, 50)
    at = await in_db(lambda: MeterReading.objects.earliest("at").at)()
    assert (datetime.now(UTC) - at) // timedelta(minutes=1) == 30


async def test_it_takes_a_profile_up_by_the_boot_that_it_fits(server: Server) -> None:
    """A new station says what it is with its first Boot; the next word is already understood."""

    def make() -> tuple[str, Any]:
        QuirkProfile.objects.create(name="odd", firmware="1.*", is_on=True, tag_transform="strip_zeros")
        return make_priced_station("odd")[1], make_driver("55")

    key, driver = await in_db(make)()
    async with talking(server, "/ocpp/odd", headers=basic("odd", key)) as talk:
        play = Play(talk, driver)
        assert (await talk.ask("Authorize", {"idTag": "0055"}))["idTagInfo"]["status"] == "Invalid"
        boot = {"chargePointVendor": "V", "chargePointModel": "M", "firmwareVersion": "1.4"}
        await talk.ask("BootNotification", boot)
        assert await play.start(now(), tag="0055")


async def test_it_does_as_one_was_given_to_the_station_itself(server: Server) -> None:
    """Its own profile goes before any that matches, switched on or not; one that is off matches nobody."""

    def make(*, own: bool) -> tuple[str, str]:
        off = QuirkProfile.objects.create(name=f"off {own}", tag_transform="strip_zeros")
        name = f"own-{own}"
        return name, make_priced_station(name, quirk_profile=off if own else None)[1]

    await in_db(make_driver)("55")
    for own, status in ((True, "Accepted"), (False, "Invalid")):
        name, key = await in_db(make)(own=own)
        async with talking(server, f"/ocpp/{name}", headers=basic(name, key)) as talk:
            assert (await talk.ask("Authorize", {"idTag": "0055"}))["idTagInfo"]["status"] == status


async def test_it_learns_of_a_first_profile_without_a_restart(server: Server) -> None:
    """Gateways look every second whether there is any."""
    key = (await in_db(make_priced_station)("odd"))[1]
    await in_db(make_driver)("55")
    async with talking(server, "/ocpp/odd", headers=basic("odd", key)) as talk:
        assert (await talk.ask("Authorize", {"idTag": "0055"}))["idTagInfo"]["status"] == "Invalid"
        await in_db(QuirkProfile.objects.create)(name="all", is_on=True, tag_transform="strip_zeros")
        status = ""
        async with asyncio.timeout(PATIENCE):
            while status != "Accepted":
                await talk.ask("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"})
                status = (await talk.ask("Authorize", {"idTag": "0055"}))["idTagInfo"]["status"]
