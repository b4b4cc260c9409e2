"""A start that comes to nothing gives everything back."""

import pytest
from django.db import DataError

from accounts.models import IdTag
from billing.models import Hold
from charging import events, lifecycle
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World
from stations.models import Command


def test_it_releases_the_money_the_connector_and_the_tag(world: World) -> None:
    driver = world.driver()
    session = world.request(driver)
    assert lifecycle.fail_start(session=session, code="start_timeout", text="Too late\x00." + "!" * 300, at=NOW)
    failed = Session.objects.get()
    assert (failed.state, failed.failure, failed.holds_connector) == (State.FAILED, "start_timeout", False)
    assert failed.failure_text.startswith("Too late.!")
    assert len(failed.failure_text) == 200
    assert world.wallet(driver).held == 0
    assert IdTag.objects.get().blocked is True
    assert world.request(driver).state == State.REQUESTED


def test_it_does_nothing_to_a_session_that_runs(world: World) -> None:
    driver = world.driver()
    session = world.charging(driver)
    assert lifecycle.fail_start(session=session, code="start_timeout", text="", at=NOW) is False
    assert Session.objects.get().state == State.ACTIVE
    assert world.wallet(driver).held == 200
    assert IdTag.objects.get().blocked is False


def test_it_fails_a_start_that_the_station_rejects(world: World) -> None:
    session = world.request(world.driver())
    lifecycle.note_start_answer(session_id=session.pk, accepted=False, code="Rejected", at=NOW)
    session.refresh_from_db()
    assert (session.state, session.failure) == (State.FAILED, "start_rejected")
    assert session.failure_text == "The station answered Rejected."


@pytest.mark.parametrize("was_asked", [True, False])
def test_a_start_that_the_station_leaves_unanswered_was_not_refused(world: World, was_asked: bool) -> None:
    session = world.request(world.driver())
    lifecycle.note_no_start_answer(session_id=session.pk, was_asked=was_asked, at=NOW)
    session.refresh_from_db()
    assert (session.state, session.failure) == (State.FAILED, "start_unanswered")
    told = "The station did not answer." if was_asked else "The station could not be asked."
    assert session.failure_text == told


def test_it_waits_for_a_start_that_the_station_accepts(world: World) -> None:
    session = world.request(world.driver())
    lifecycle.note_start_answer(session_id=session.pk, accepted=True, code="Accepted", at=NOW)
    session.refresh_from_db()
    assert session.state == State.REQUESTED


def test_it_believes_a_start_more_than_the_answer_after_it(world: World) -> None:
    """The Start may come before the RemoteStart's answer."""
    session = world.charging(world.driver())
    lifecycle.note_start_answer(session_id=session.pk, accepted=False, code="Rejected", at=NOW)
    session.refresh_from_db()
    assert session.state == State.ACTIVE


def test_it_takes_back_what_the_station_was_not_asked_yet(world: World) -> None:
    session = world.request(world.driver())
    lifecycle.request_stop(session=session, asked_by="driver:x", cause="driver", at=NOW)
    command = Command.objects.get()
    assert (command.state, command.answer) == (Command.State.FAILED, {"withdrawn": True})
    assert not Command.objects.queued(at=NOW).exists()


def test_it_holds_what_a_start_that_came_to_nothing_has_set_free(world: World) -> None:
    driver = world.driver("200.00")
    world.card(driver)
    asked = world.request(driver)
    assert world.wallet(driver).held == 200
    began = world.begin("CARD-1", connector=asked.connector)
    assert (began.status, world.wallet(driver).held) == ("Accepted", 200)
    assert Hold.objects.get(subject=began.session.subject).amount == 200


def test_a_refused_start_that_cannot_be_told_is_not_kept_half(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = shared_world.driver(is_active=False)
    monkeypatch.setattr(events, "TELL", "SELECT 1 / 0, %s, %s, %s, %s, %s")
    with pytest.raises(DataError):
        shared_world.request(driver)
    assert not Session.objects.exists()
