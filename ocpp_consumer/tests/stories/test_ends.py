"""What breaks inside us, readings in words, a dead line: each to its end in the app and in the wallet."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from charging import reviewing
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import basic, eventually, in_db, now, running_server, talking
from ocpp_consumer.tests.stories.cast import Play, ago, energy, make_driver, make_priced_station
from stations.models import Station


def rename(source: str, target: str) -> None:
    """Break the database itself, or mend it."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {source} RENAME TO {target}")


async def test_it_bills_a_start_that_broke_inside_us_once_a_person_has_looked(play: Play) -> None:
    """Situation 5: no price could be looked up; an id all the same, nothing held, nothing charged unasked."""
    at = now()
    await in_db(rename)("billing_tariffversion", "billing_tariffversion_away")
    try:
        number = await play.start(at)
    finally:
        await in_db(rename)("billing_tariffversion_away", "billing_tariffversion")
    assert (number > 0, await play.start(at)) == (True, number)
    assert await play.stop(number, now(), meter=11_000) == {}
    session, paid = await play.bill()
    shown = await play.shown(session)
    assert (shown["state"], shown["energy_kwh"], shown["current_cost"]) == ("review", 1.0, "0.00")
    assert (shown["receipt_id"], session.findings, paid) == (None, ["repair", "no_price"], 0)
    assert await play.money() == ("1000.00", "0.00", "0.00")
    decided: dict[str, Any] = {"session_id": session.pk, "reason": "The Start broke.", "by": "staff:x"}
    await in_db(reviewing.rerun)(**decided, at=datetime.now(UTC))
    await in_db(reviewing.accept)(**decided, at=datetime.now(UTC))
    session, paid = await play.bill()
    assert (session.state, paid, await play.receipt(session)) == ("settled", 15, ("15.00", "KGS"))
    assert await play.money() == ("985.00", "0.00", "15.00")


async def test_it_bills_a_charge_that_was_metered_in_words(play: Play) -> None:
    """Situation 12: no unit, a number, a comma, words; the app counts what is a number, the bill goes by both ends."""
    number = await play.start(ago(1), meter="10000")
    odd: list[dict[str, Any]] = [{"value": 10500.0}, {"value": "Error", "unit": "Error"}, {"value": "NaN"}]
    for sampled in ([{"value": "10400"}], odd, [{"value": "11,5", "unit": "kWh"}], [{"value": "", "unit": "Celcius"}]):
        await play.read(number, now(), *sampled)
    shown = await play.shown(await play.session())
    assert (shown["state"], shown["energy_kwh"], shown["meter_current"]) == ("active", 1.5, 11.5)
    kept = await in_db(lambda: [one.text for one in Frame.objects.filter(action="MeterValues", direction="in")])()
    assert all(any(word in text for text in kept) for word in ("10500.0", "Error", "NaN", "11,5", "Celcius"))
    assert await play.stop(number, now(), meter="12000.0") == {}
    session, paid = await play.bill()
    assert (session.findings, session.state, paid) == ([], "settled", 30)
    assert await play.receipt(session) == ("30.00", "KGS")
    assert await play.money() == ("970.00", "0.00", "30.00")


async def test_it_ends_a_charge_on_the_new_line_when_the_old_one_is_dead(transactional_db: None) -> None:
    """Situation 24: the old line hears nothing and says nothing any more; the app's stop goes down the new one."""
    _, key = await in_db(make_priced_station)()
    driver, headers = await in_db(make_driver)(), basic("CP 1", key)
    with running_server(ws_ping_interval=0.5, ws_ping_timeout=1.5) as server:
        async with talking(server, "/ocpp/CP%201", headers=headers) as dead:
            number = await Play(dead, driver).start(now())
            dead.socket.transport.pause_reading()
            async with talking(server, "/ocpp/CP%201", headers=headers) as talk:
                play = Play(talk, driver)
                await play.read(number, now(), energy("10200"))
                await eventually(
                    lambda: len(server.server_state.tasks) == 1, "the dead line has ended, with its farewell"
                )
                await play.say("Charging")
                station = await in_db(Station.objects.select_related("gateway").get)()
                shown = await play.shown(await play.session())
                assert station.is_online(at=datetime.now(UTC))
                assert (shown["state"], shown["energy_kwh"], shown["station_online"]) == ("active", 0.2, True)
                await _stop_by_app(play, number)
            dead.socket.transport.abort()


async def _stop_by_app(play: Play, number: int) -> None:
    """The driver stops it: heard by the station on this line, settled, paid once."""
    session = await play.session(number)
    status, _ = await play.ask_app("/api/v1/charging/stop", session_id=str(session.public_id))
    call = await play.talk.hear()
    assert (status, call[2:]) == (200, ["RemoteStopTransaction", {"transactionId": number}])
    await play.talk.send([3, call[1], {"status": "Accepted"}])
    assert await play.stop(number, now(), meter=10_400, reason="Remote") == {}
    session, paid = await play.bill(number)
    assert (session.state, paid, await play.receipt(session)) == ("settled", 6, ("6.00", "KGS"))
    assert await play.money() == ("994.00", "0.00", "6.00")
