"""A start from the app in every order in which its messages really come: wire, API and money at the end of each."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from charging import settlement, sweeps
from charging.models import MeterReading, Session, Settlement
from ocpp_consumer.tests.holding import held
from ocpp_consumer.tests.server import eventually, in_db, now
from ocpp_consumer.tests.stories.cast import CARD, Play, ago, energy, make_driver
from ocpp_consumer.v16 import stops
from stations.models import Command

AMOUNT: dict[str, Any] = {"amount": "100.00"}
ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}


def lock_readings() -> None:
    """Nobody writes a reading, nor makes one its session's."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {MeterReading._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


async def ended_in(play: Play, session: Session, state: str) -> Session:
    """The session once it stands there."""
    found: Session = await eventually(
        lambda: Session.objects.select_related("connector").filter(pk=session.pk, state=state).first(), f"it is {state}"
    )
    assert (await play.shown(found))["state"] == state
    return found


async def test_it_runs_as_everybody_thinks_it_does(play: Play) -> None:
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    assert (call[3], await play.held()) == ({"connectorId": 1, "idTag": asked.tag}, Decimal(100))
    await play.talk.send([3, call[1], ACCEPTED])
    number = await play.start(now(), tag=asked.tag)
    status, answer = await play.ask_app("/api/v1/charging/stop", session_id=str(asked.public_id))
    assert (status, answer["state"]) == (200, "stopping")
    stop = await play.talk.hear()
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": number}]
    await play.talk.send([3, stop[1], ACCEPTED])
    await play.stop(number, now(), meter=11_000, reason="Remote")
    session, paid = await play.bill(number)
    assert (session.pk, session.state, session.stop_cause) == (asked.pk, "settled", "driver")
    assert (paid, await play.held()) == (Decimal("15.00"), 0)


async def test_its_start_comes_before_the_answer_to_our_call(play: Play) -> None:
    """The answer is a refusal even: the car charges, and what charges is paid for."""
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    number = await play.start(now(), tag=asked.tag)
    await play.talk.send([3, call[1], REJECTED])
    await eventually(lambda: Command.objects.filter(state="rejected").exists(), "the answer is noted")
    assert (await play.shown(asked))["state"] == "active"
    await play.stop(number, now(), meter=11_000)
    session, paid = await play.bill(number)
    assert (session.pk, session.state, paid) == (asked.pk, "settled", Decimal("15.00"))


async def test_the_station_refuses_it(play: Play) -> None:
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    await play.talk.send([3, call[1], REJECTED])
    failed = await ended_in(play, asked, "failed")
    shown = await play.shown(failed)
    assert (shown["status"], shown["error"], await play.held()) == ("error", "start_rejected", 0)
    assert (await play.try_start(now(), tag=asked.tag))["idTagInfo"]["status"] == "Accepted"
    assert (await play.shown(asked))["state"] == "active"
    assert await play.held() == 100


async def test_its_start_comes_after_all_hope_and_the_money_is_gone(play: Play) -> None:
    """Situation 17: recorded, not authorized, and the station is asked to stop; what flowed is charged."""
    await play.say("Available")
    asked, call = await play.start_by_app(amount="900.00")
    await play.talk.send([3, call[1], ACCEPTED])
    await in_db(sweeps.fail_expired_starts)(at=datetime.now(UTC) + timedelta(minutes=5))
    assert (await play.shown(asked))["error"] == "start_timeout"
    other, call = await play.start_by_app(amount="900.00")
    await play.talk.send([3, call[1], ACCEPTED])
    await play.start(now(), tag=other.tag)
    answer = await play.try_start(ago(1), tag=asked.tag, connector=2)
    assert answer["idTagInfo"]["status"] == "Blocked"
    stop = await play.talk.hear()
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": answer["transactionId"]}]
    await play.talk.send([3, stop[1], ACCEPTED])
    await play.stop(answer["transactionId"], now(), meter=10_100, reason="Remote")
    session, paid = await play.bill(answer["transactionId"])
    assert (session.pk, session.state, paid) == (asked.pk, "settled", Decimal("1.50"))
    assert "no_hold" in session.findings
    assert await play.held() == 900


async def test_its_start_comes_though_the_driver_had_cancelled_it(play: Play) -> None:
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    status, answer = await play.ask_app("/api/v1/charging/stop", session_id=str(asked.public_id))
    assert (status, answer["session"]["error"]) == (200, "start_cancelled")
    await play.talk.send([3, call[1], ACCEPTED])
    started = await play.try_start(now(), tag=asked.tag)
    assert started["idTagInfo"]["status"] == "Blocked"
    stop = await play.talk.hear()
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": started["transactionId"]}]
    await play.talk.send([3, stop[1], ACCEPTED])
    await play.stop(started["transactionId"], now(), meter=10_000)
    session, paid = await play.bill(started["transactionId"])
    assert (session.pk, session.stop_cause, paid, await play.held()) == (asked.pk, "driver", 0, 0)


async def test_it_is_told_its_number_before_it_is_asked_to_stop(play: Play) -> None:
    """The stop is queued with the session, while the answer still waits for the journal."""
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    await play.ask_app("/api/v1/charging/stop", session_id=str(asked.public_id))
    await play.talk.send([3, call[1], ACCEPTED])
    async with held(lock_readings):
        start = {"connectorId": 1, "idTag": asked.tag, "meterStart": 10_000, "timestamp": now()}
        await play.talk.send([2, "start", "StartTransaction", start])
        claimed = Command.objects.filter(intent="stop_charging", state="sent")
        await eventually(lambda: claimed.exists(), "the stop is claimed")
    answer, stop = await play.talk.hear(), await play.talk.hear()
    assert answer[:2] == [3, "start"]
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": answer[2]["transactionId"]}]


async def test_somebody_else_starts_there_with_a_card(play: Play) -> None:
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    await play.talk.send([3, call[1], ACCEPTED])
    await in_db(make_driver)("SECOND")
    await play.start(now(), tag="SECOND")
    shown = await play.shown(asked)
    assert (shown["state"], shown["error"], await play.held()) == ("failed", "connector_taken", 0)


async def test_its_stop_comes_before_its_start(play: Play) -> None:
    """The station sends what it kept in the wrong order: the Stop without an id of ours waits for its Start."""
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    await play.talk.send([3, call[1], ACCEPTED])
    at = datetime.now(UTC)
    later = (at + timedelta(seconds=2)).isoformat()
    assert await play.stop(-1, later, meter=11_000, idTag=asked.tag) == {}
    number = await play.start(at.isoformat(), tag=asked.tag)
    assert await in_db(stops.retry)(at=datetime.now(UTC)) == 1
    session, paid = await play.bill(number)
    assert (session.pk, session.state, session.findings, paid) == (asked.pk, "review", ["guessed"], 0)
    assert await play.held() == 100


async def test_a_boot_comes_between_the_call_and_the_start(play: Play) -> None:
    """Situation 20: a start that was asked for seconds ago lives on, and so does the one that runs."""
    boot = {"chargePointVendor": "V", "chargePointModel": "M"}
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    await play.talk.send([3, call[1], ACCEPTED])
    await play.talk.ask("BootNotification", boot)
    assert (await play.shown(asked))["state"] == "requested"
    number = await play.start(now(), tag=asked.tag)
    await play.talk.ask("BootNotification", boot)
    assert ((await play.shown(asked))["state"], await play.held()) == ("active", 100)
    await play.stop(number, now(), meter=11_000, reason="PowerLoss")
    session, paid = await play.bill(number)
    assert (session.state, session.stop_reason, paid) == ("settled", "PowerLoss", Decimal("15.00"))


async def test_the_station_says_available_in_place_of_a_stop(play: Play) -> None:
    """Situation 19: nothing is made up; the late Stop settles the difference."""
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    await play.talk.send([3, call[1], ACCEPTED])
    number = await play.start(now(), tag=asked.tag)
    await play.read(number, now(), energy("10600"))
    await play.say("Available")
    assert (await play.shown(asked))["state"] == "active"
    soon = datetime.now(UTC) + timedelta(minutes=16)
    assert await in_db(sweeps.end_hung)(at=soon) == 1
    session, paid = await play.bill(number)
    assert (session.state, session.findings, paid, await play.held()) == ("review", ["inferred"], 0, Decimal(100))
    await play.stop(number, now(), meter=11_000)
    session, paid = await play.bill(number)
    assert (session.state, session.revision, paid, await play.held()) == ("settled", 1, Decimal("15.00"), 0)


async def test_the_station_will_not_stop(play: Play) -> None:
    """Active again, and paid for as long as it runs; a minute later it may be asked again."""
    await play.say("Available")
    asked, call = await play.start_by_app(**AMOUNT)
    await play.talk.send([3, call[1], ACCEPTED])
    number = await play.start(now(), tag=asked.tag)
    await play.ask_app("/api/v1/charging/stop", session_id=str(asked.public_id))
    stop = await play.talk.hear()
    await play.talk.send([3, stop[1], REJECTED])
    await ended_in(play, asked, "active")
    await play.stop(number, now(), meter=11_000, idTag=CARD)
    session, paid = await play.bill(number)
    assert (session.state, paid) == ("settled", Decimal("15.00"))


async def test_a_sweep_and_a_stop_settle_it_once_between_them(play: Play) -> None:
    """Whoever comes first: late truth and the sweep agree on one settlement of each revision."""
    number = await play.start(ago(60))
    await play.read(number, ago(40), energy("12000"))
    await play.say("Available", ago(39))
    await in_db(sweeps.end_hung)(at=datetime.now(UTC) + timedelta(minutes=16))
    await play.stop(number, ago(39), meter=12_100)
    for _ in range(2):
        await in_db(sweeps.settle_ended)(at=datetime.now(UTC))
        await in_db(settlement.settle)(session_id=(await play.session(number)).pk, at=datetime.now(UTC))
    session, paid = await play.bill(number)
    assert (session.revision, paid) == (1, Decimal("31.50"))
    rows = await in_db(lambda: list(Settlement.objects.order_by("revision").values_list("revision", "total")))()
    assert rows[-1] == (1, Decimal("31.50"))
