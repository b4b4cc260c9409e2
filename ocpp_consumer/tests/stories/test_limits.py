"""Limits on the wire: by energy at high power, by what is told in parts, by state of charge, by time; access rules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import IdTag
from charging.models import Session, SessionMeter
from drivepower.core.models import Event
from drivepower.core.tests.zones import midday
from ocpp_consumer.tests.server import eventually, in_db, now
from ocpp_consumer.tests.stories.cast import CARD, Play, energy, power
from stations.models import AccessRule, Connector, Location


async def charging(play: Play, **limits: Any) -> tuple[int, datetime]:
    """The transaction of a start in the app with these limits, and when it began."""
    await play.say("Available")
    asked, call = await play.start_by_app(**limits)
    await play.talk.send([3, call[1], {"status": "Accepted"}])
    at = datetime.now(UTC)
    return await play.start(at.isoformat(), tag=asked.tag), at


async def is_stopped(play: Play, number: int) -> float:
    """The station is asked to stop, and says that it will; when."""
    stop = await play.talk.hear()
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": number}]
    await play.talk.send([3, stop[1], {"status": "Accepted"}])
    session = await play.session(number)
    assert (session.state, session.stop_cause) == ("stopping", "limit")
    return datetime.now(UTC).timestamp()


async def test_one_kilowatt_hour_at_180_kilowatts_ends_between_two_readings(play: Play) -> None:
    """880 Wh at 50 Wh a second: nobody reads the meter again, and it stops just before 1000, not at 750."""
    await play.say("Available")
    await eventually(lambda: Connector.objects.exists(), "the connector is made")
    await in_db(Connector.objects.update)(max_power_w=400_000)
    number, _ = await charging(play, energy_kwh="1.000")
    read_at = datetime.now(UTC)
    await play.read(number, read_at.isoformat(), energy("10880"), power(180_000))
    flowed = 880 + 50 * (await is_stopped(play, number) - read_at.timestamp())
    # A second before its time, and never later than a busy machine needs.
    assert flowed > 900
    assert (await play.shown(await play.session(number)))["state"] == "stopping"
    await play.stop(number, now(), meter=11_020, reason="Remote")
    session, paid = await play.bill(number)
    assert (session.state, session.overshoot_wh, paid) == ("settled", 20, Decimal("15.30"))
    assert session.findings == ["overshoot"]


async def test_energy_that_is_told_in_parts_ends_a_charge_too(play: Play) -> None:
    """MV6: a station that sends only .Interval values; a part that comes twice is one part."""
    number, began = await charging(play, energy_kwh="1.000")

    async def part(seconds: float, wh: str) -> None:
        at = (began + timedelta(seconds=seconds)).isoformat()
        await play.read(number, at, energy(wh, measurand="Energy.Active.Import.Interval"))

    await part(1, "400")
    await part(1, "400")
    standing = SessionMeter.objects.filter(pk=number, energy_wh=400, running_cost=Decimal("6.00"))
    await eventually(lambda: standing.exists(), "the parts are added up")
    assert (await play.shown(await play.session(number)))["energy_kwh"] == 0.4
    await part(2, "590")
    await part(3, "20")
    await is_stopped(play, number)
    await play.stop(number, now(), meter=11_010)
    session, paid = await play.bill(number)
    assert (session.billed_energy_wh, session.overshoot_wh, paid) == (1010, 10, Decimal("15.15"))


async def test_it_stops_at_the_state_of_charge_that_was_asked_for(play: Play) -> None:
    number, _ = await charging(play, limit_type="soc", limit_value="80")
    soc = {"measurand": "SoC", "unit": "Percent", "location": "EV"}
    await play.read(number, now(), energy("10100"), power(7000), {"value": "70", **soc})
    warned = Event.objects.filter(kind="session.warned")
    await eventually(lambda: warned.exists(), "its driver is warned")
    shown = await play.shown(await play.session(number))
    assert (shown["limit_type"], shown["limit_value"], shown["progress_percent"]) == ("soc", 80, 87.5)
    await play.read(number, now(), energy("10200"), power(7000), {"value": "80", **soc})
    await is_stopped(play, number)
    await play.stop(number, now(), meter=10_200)
    _, paid = await play.bill(number)
    assert (paid, await in_db(warned.count)()) == (Decimal("3.00"), 1)


async def test_a_state_of_charge_is_reached_between_two_readings(play: Play) -> None:
    """A fifth of a percent a second at 79.6: nobody tells 80, and it stops just before."""
    number, began = await charging(play, limit_type="soc", limit_value="80")
    for seconds, percent, register in ((0, "79", "10000"), (3, "79.6", "10060")):
        soc = {"value": percent, "measurand": "SoC", "unit": "Percent", "location": "EV"}
        await play.read(number, (began + timedelta(seconds=seconds)).isoformat(), energy(register), power(72_000), soc)
    await is_stopped(play, number)
    assert (await in_db(SessionMeter.objects.get)()).soc == Decimal("79.60")
    await play.stop(number, now(), meter=10_080)
    _, paid = await play.bill(number)
    assert paid == Decimal("1.20")


async def test_it_stops_when_its_time_is_over(play: Play) -> None:
    await play.say("Available")
    asked, call = await play.start_by_app(limit_type="time", limit_value="30")
    await play.talk.send([3, call[1], {"status": "Accepted"}])
    began = datetime.now(UTC) - timedelta(minutes=29, seconds=57)
    number = await play.start(began.isoformat(), tag=asked.tag)
    # Its Start came late: it counts as replayed until something is read now.
    await play.read(number, now(), energy("10100"), power(7000))
    stopped_at = await is_stopped(play, number)
    assert stopped_at - began.timestamp() > 30 * 60 - 2
    await play.stop(number, now(), meter=10_100)
    _, paid = await play.bill(number)
    assert paid == Decimal("1.50")


@pytest.mark.parametrize(("rule", "allowed"), [({}, "Accepted"), ({"whom": "group", "group": "STAFF"}, "Blocked")])
async def test_a_place_admits_whom_its_rules_name(play: Play, rule: dict[str, str], allowed: str) -> None:
    """Authorize, Start, app and bill say the same; what flows without leave is stopped and looked at."""
    await play.say("Available")
    await eventually(lambda: Connector.objects.exists(), "the connector is made")
    await in_db(lambda: AccessRule.objects.create(location=Location.objects.get(), **rule))()
    answer = await play.talk.ask("Authorize", {"idTag": CARD})
    assert answer["idTagInfo"]["status"] == allowed
    code = await in_db(lambda: Connector.objects.get(number=1).station.code)()
    status, body = await play.ask_app("/api/v1/charging/start", station_id=code, connector_id=1)
    assert (status, body.get("error")) == ((202, None) if allowed == "Accepted" else (403, "access_denied"))
    if allowed == "Accepted":
        return
    started = await play.try_start(now())
    assert started["idTagInfo"]["status"] == "Blocked"
    stop = await play.talk.hear()
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": started["transactionId"]}]
    await play.talk.send([3, stop[1], {"status": "Accepted"}])
    await play.stop(started["transactionId"], now(), meter=10_050)
    session, paid = await play.bill(started["transactionId"])
    assert (session.state, session.findings, paid) == ("review", ["unauthorized"], 0)


async def test_a_fleet_card_ends_with_what_it_may_take_today(play: Play) -> None:
    await in_db(Location.objects.update)(time_zone=midday(datetime.now(UTC)))
    await in_db(IdTag.objects.filter(value=CARD).update)(day_limit_wh=1000)
    number = await play.start(now())
    await play.read(number, now(), energy("10995"), power(36_000))
    await is_stopped(play, number)
    await play.stop(number, now(), meter=11_000)
    session, paid = await play.bill(number)
    assert (session.limit_energy_wh, session.overshoot_wh, paid) == (1000, None, Decimal("15.00"))
    answer = await play.talk.ask("Authorize", {"idTag": CARD})
    assert answer["idTagInfo"]["status"] == "Blocked"
    assert (await in_db(Session.objects.count)()) == 1
