"""Races, as races: real threads, real connections, and exactly one winner."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import IdTag
from billing import ledger
from billing.models import Hold, Receipt, Transfer
from charging import lifecycle, limits, settlement, sweeps
from charging.judging import Judgement
from charging.models import Session, Settlement
from charging.models.session import State
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal

Race = Callable[[], Any]


def race(*runners: Race) -> list[Any]:
    """Let them all go at once; answers what each gave, or the refusal that stopped it."""
    line = threading.Barrier(len(runners))

    def run(runner: Race) -> Any:
        try:
            line.wait(timeout=60)
            return runner()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runners)) as pool:
        return list(pool.map(run, runners))


def wait_for_waiters(count: int) -> None:
    """Until that many connections wait for locks of others."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what its first look saw
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            row = cursor.fetchone()
        if row and row[0] >= count:
            return
    raise AssertionError(f"{count} connections were to wait for a lock")


def codes(results: list[Any]) -> list[str]:
    """The codes of the refusals, in order."""
    return sorted(result.code for result in results if isinstance(result, Refusal))


def test_one_driver_cannot_start_twice(shared_world: World) -> None:
    world, driver = shared_world, shared_world.driver("300.00")
    results = race(
        lambda: world.request(driver, connector=1, amount=Decimal(100)),
        lambda: world.request(driver, connector=2, amount=Decimal(100)),
    )
    assert codes(results) == ["session_already_active"]
    assert sorted(Session.objects.values_list("state", flat=True)) == ["failed", "requested"]
    assert world.wallet(driver).held == Decimal(100)
    assert Hold.objects.count() == 1


def test_two_drivers_cannot_have_one_connector(shared_world: World) -> None:
    world = shared_world
    drivers = [world.driver() for _ in range(4)]
    results = race(*(partial(world.request, driver) for driver in drivers))
    assert codes(results) == ["connector_occupied"] * 3
    assert Session.objects.filter(holds_connector=True).count() == 1
    assert Hold.objects.count() == 1


def test_a_card_and_an_app_cannot_both_have_a_connector(shared_world: World) -> None:
    """A Start is a fact: it is never refused, and never needs repair, for a request that comes at the same moment."""
    world = shared_world
    world.card(world.driver("9000.00"))
    for number in range(6):
        at = NOW + minutes(10 * number)
        driver = world.driver()
        began, _ = race(partial(world.begin, "CARD-1", at=at), partial(world.request, driver, at=at))
        assert (began.status, began.session.findings, began.session.holds_connector) == ("Accepted", [], True)
        refused = Session.objects.get(driver=driver)
        assert refused.state == State.FAILED
        assert refused.failure in {"connector_taken", "connector_occupied"}
        assert world.wallet(driver).held == 0
        world.end(began.session, 2000, at=at + minutes(5))


def test_the_same_start_on_two_sockets_is_one_session(shared_world: World) -> None:
    """The old socket's verb is still running when the station sends its Start again."""
    world = shared_world
    world.card(world.driver())
    results = race(*(lambda: world.begin("CARD-1") for _ in range(4)))
    assert len({began.session.pk for began in results}) == 1
    assert {began.status for began in results} == {"Accepted"}
    assert Session.objects.count() == Hold.objects.count() == 1


def test_a_start_beats_its_timeout_or_is_bound_again(shared_world: World) -> None:
    world, driver = shared_world, shared_world.driver("250.00")
    asked = world.request(driver)
    late = NOW + minutes(3)
    race(lambda: world.begin(asked.tag, at=late), lambda: sweeps.fail_expired_starts(at=late))
    session = Session.objects.get()
    assert (session.state, session.failure) == (State.ACTIVE, "")
    assert world.wallet(driver).held == Decimal(200)
    assert Hold.objects.filter(state=Hold.State.ACTIVE).count() == 1


def test_one_card_is_not_first_at_two_connectors(shared_world: World) -> None:
    world = shared_world
    world.card(world.driver())
    results = race(lambda: world.begin("CARD-1"), lambda: world.begin("CARD-1", connector=world.two))
    assert sorted(began.status for began in results) == ["Accepted", "ConcurrentTx"]


def test_a_stop_and_the_sweep_end_a_session_once(shared_world: World) -> None:
    world, driver = shared_world, shared_world.driver("1000.00")
    session = world.charging(driver)
    world.read(session, 3000, at=NOW + minutes(10))
    world.say(world.one, "Available", at=NOW + minutes(11))
    late = NOW + minutes(40)
    race(
        lambda: world.end(session, 26_500, at=NOW + minutes(30), received_at=late),
        lambda: sweeps.end_hung(at=late),
    )
    ended = Session.objects.get()
    # The sweep may have been first: then the Stop has amended what it inferred.
    assert (ended.state, ended.inferred, ended.billed_energy_wh) == (State.ENDED, False, 25_500)
    settled = settlement.settle(session_id=session.pk, at=late)
    assert settled is not None
    assert (settled.verdict, settled.total) == ("ok", Decimal("382.50"))


def test_a_session_is_settled_once(shared_world: World) -> None:
    world, driver = shared_world, shared_world.driver("1000.00")
    session = world.charging(driver)
    world.end(session, 26_500, at=NOW + minutes(60))
    at = NOW + minutes(61)
    results = race(*(lambda: settlement.settle(session_id=session.pk, at=at) for _ in range(4)))
    assert {settled.pk for settled in results} == {Settlement.objects.get().pk}
    assert Receipt.objects.count() == Transfer.objects.filter(kind=Transfer.Kind.CAPTURE).count() == 1
    assert world.wallet(driver).balance == Decimal("617.50")
    assert ledger.check_books() == []


def test_two_sweeps_share_the_work(shared_world: World) -> None:
    world = shared_world
    for number in (1, 2):
        world.end(world.charging(world.driver(), connector=number), 2000, at=NOW + minutes(60))
    at = NOW + minutes(61)
    race(*(lambda: sweeps.settle_ended(at=at) for _ in range(3)))
    assert Session.objects.filter(state=State.SETTLED).count() == Settlement.objects.count() == 2


def test_a_stop_of_the_driver_and_the_end_agree(shared_world: World) -> None:
    world = shared_world
    session = world.charging(world.driver())
    at = NOW + minutes(5)
    race(
        lambda: lifecycle.request_stop(session=session, asked_by="driver:x", cause="driver", at=at),
        lambda: world.end(session, 2000, at=at),
    )
    assert Session.objects.get().state == State.ENDED


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_and_a_start_agree(shared_world: World, accepted: bool) -> None:
    world, driver = shared_world, shared_world.driver("250.00")
    asked = world.request(driver)
    race(
        lambda: world.begin(asked.tag),
        lambda: lifecycle.note_start_answer(session_id=asked.pk, accepted=accepted, code="Rejected", at=NOW),
    )
    assert Session.objects.get().state == State.ACTIVE
    assert world.wallet(driver).held == Decimal(200)


USED_UP = Judgement(Decimal("201.00"), stop=True, cause="reserve")


def test_two_gateways_hold_one_step_more_and_stop_nobody_who_can_pay(shared_world: World) -> None:
    world, driver = shared_world, shared_world.driver("1000.00")
    session = world.charging(driver)
    at = NOW + minutes(20)
    judged = race(*(lambda: limits.enforce(session, USED_UP, at=at) for _ in range(3)))
    assert judged == [False, False, False]
    assert Session.objects.get().state == State.ACTIVE
    assert world.wallet(driver).held == Decimal(400)


def test_nothing_is_held_for_a_session_that_was_settled_since_it_was_read(shared_world: World) -> None:
    world, driver = shared_world, shared_world.driver("1000.00")
    read_before = Session.objects.get(pk=world.charging(driver).pk)
    at = NOW + minutes(60)
    world.end(read_before, 2000, at=at)
    settlement.settle(session_id=read_before.pk, at=at)
    assert (read_before.state, Session.objects.get().state) == (State.ACTIVE, State.SETTLED)
    limits.enforce(read_before, USED_UP, at=at)
    assert not Hold.objects.filter(state=Hold.State.ACTIVE).exists()
    assert ledger.check_books() == []


def test_two_starts_that_need_each_others_wallets_do_not_lock_each_other_out(shared_world: World) -> None:
    """Each card starts where the other card's driver has asked for a charge: one wallet to release, one to hold in."""
    world = shared_world
    drivers = [world.driver(), world.driver()]
    for number, driver in enumerate(drivers, start=1):
        world.card(driver, value=f"CARD-{number}")
        world.request(driver, connector=number)
    at = NOW + minutes(1)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # Both Starts are held up after they have made room and before they hold money for themselves.
            list(IdTag.objects.select_for_update().filter(value__startswith="CARD-"))
            running = pool.submit(
                race,
                lambda: world.begin("CARD-2", connector=world.one, at=at),
                lambda: world.begin("CARD-1", connector=world.two, at=at),
            )
            wait_for_waiters(2)
        began = running.result(timeout=30)
    assert [one.status for one in began] == ["Accepted", "Accepted"]
    assert [world.wallet(driver).held for driver in drivers] == [Decimal(200), Decimal(200)]
