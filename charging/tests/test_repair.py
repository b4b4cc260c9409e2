"""When begin broke: the least that a Start leaves behind."""

from typing import Any

from charging import lifecycle, review
from charging.lifecycle import Began
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World


def repair(world: World, **said: Any) -> Began:
    """The verb of last resort."""
    start: dict[str, Any] = {
        "tag": "CARD-1",
        "started_at": NOW,
        "timestamp": NOW,
        "meter_start_wh": 1000,
        "received_at": NOW,
    } | said
    return lifecycle.repair(station=world.station, connector=world.one, **start)


def test_it_makes_a_minimal_session(world: World) -> None:
    driver = world.driver()
    world.card(driver)
    began = repair(world)
    session = Session.objects.get()
    assert (began.session.pk, began.status) == (session.pk, "Accepted")
    assert (session.state, session.ocpp_id, session.tag) == (State.ACTIVE, str(session.pk), "CARD-1")
    assert (session.driver, session.price_terms, session.holds_connector) == (None, None, False)
    assert session.findings == [review.REPAIR]
    assert world.wallet(driver).held == 0


def test_it_disturbs_nobody_else(world: World) -> None:
    running = world.charging(world.driver())
    repair(world)
    running.refresh_from_db()
    assert (running.state, running.holds_connector) == (State.ACTIVE, True)


def test_it_finds_what_begin_had_recorded(world: World) -> None:
    world.card(world.driver())
    began = world.begin("CARD-1")
    assert repair(world) == began
    assert Session.objects.count() == 1


def test_it_answers_the_same_start_the_same(world: World) -> None:
    assert repair(world) == repair(world)
    assert world.begin("CARD-1").session == Session.objects.get()
