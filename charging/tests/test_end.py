"""StopTransaction: the first one counts, and whatever it says there is an answer (ocpp16.md SP1 to SP7)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import IdTag
from charging import attribution, lifecycle, review
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, minutes
from stations.models import Command, Station


def test_it_ends_a_session(world: World) -> None:
    session = world.charging(world.driver())
    ended = world.end(session, 26_500, at=NOW + minutes(60), reason="EVDisconnected", findings=["clock"])
    assert ended is not None
    assert (ended.pk, ended.state, ended.revision, ended.inferred) == (session.pk, State.ENDED, 0, False)
    assert (ended.meter_stop_wh, ended.billed_energy_wh) == (26_500, 25_500)
    assert (ended.stopped_at, ended.stop_received_at) == (NOW + minutes(60), NOW + minutes(60))
    assert (ended.stop_reason, ended.holds_connector, ended.findings) == ("EVDisconnected", False, ["clock"])
    assert IdTag.objects.get().blocked is True


def test_it_sees_the_effect_of_our_stop(world: World) -> None:
    session = world.charging(world.driver())
    lifecycle.request_stop(session=session, asked_by="driver:x", cause="driver", at=NOW)
    ended = world.end(session, 2000, at=NOW + minutes(1), reason="Remote")
    assert ended is not None
    assert (ended.state, ended.stop_cause) == (State.ENDED, "driver")
    assert Command.objects.get(intent="stop_charging").effect == Command.Effect.SEEN


def test_it_takes_no_reason_for_local(world: World) -> None:
    ended = world.end(world.charging(world.driver()), 2000, at=NOW + minutes(1), reason="")
    assert ended is not None
    assert ended.stop_reason == "Local"


def test_it_leaves_cards_alone(world: World) -> None:
    card = world.card(world.driver())
    world.end(world.begin("CARD-1").session, 2000, at=NOW + minutes(1), tag="CARD-1")
    card.refresh_from_db()
    assert card.blocked is False


def test_it_never_bills_negative_energy(world: World) -> None:
    session = world.charging(world.driver())
    ended = world.end(session, 999, at=NOW + minutes(60))
    assert ended is not None
    assert (ended.meter_stop_wh, ended.billed_energy_wh) == (999, 0)


def test_it_changes_nothing_on_a_second_stop(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=NOW + minutes(5))
    before = Session.objects.values().get()
    again = world.end(session, 2000, at=NOW + minutes(9), reason="Reboot", tag="OTHER")
    assert again is not None
    assert Session.objects.values().get() == before


@pytest.mark.parametrize("state", [State.ENDED, State.REVIEW, State.SETTLED, State.WAIVED])
def test_it_notes_a_second_stop_that_says_otherwise(world: World, state: State) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=NOW + minutes(5))
    Session.objects.filter(pk=session.pk).update(state=state)
    for _ in range(2):
        world.end(session, 2500, at=NOW + minutes(9))
    after = Session.objects.get()
    assert (after.state, after.meter_stop_wh, after.revision) == (state, 2000, 0)
    assert after.findings == [review.SECOND_STOP]


@pytest.mark.parametrize("state", [State.ENDED, State.REVIEW, State.SETTLED, State.WAIVED])
def test_it_amends_an_end_that_was_inferred(world: World, state: State) -> None:
    """Late truth wins (F4, situations 19 and 23)."""
    session = world.charging(world.driver())
    world.read(session, 3000, at=NOW + minutes(10))
    assert lifecycle.infer_end(session=session, until=NOW + minutes(30), reason="Silence")
    Session.objects.filter(pk=session.pk).update(state=state)
    ended = world.end(session, 5000, at=NOW + minutes(20), received_at=NOW + minutes(90))
    assert ended is not None
    assert (ended.state, ended.revision, ended.inferred) == (State.ENDED, 1, False)
    assert (ended.billed_energy_wh, ended.stopped_at, ended.stop_reason) == (4000, NOW + minutes(20), "Local")
    assert review.INFERRED not in ended.findings
    world.end(session, 9000, at=NOW + minutes(99))
    assert Session.objects.get().revision == 1


def test_it_knows_no_transaction_of_another_station(world: World) -> None:
    session = world.charging(world.driver())
    other = Station.objects.create(code="BSK-02", identity="station-two")
    world.station = other
    assert world.end(session, 2000, at=NOW + minutes(1)) is None
    assert Session.objects.get().state == State.ACTIVE


@pytest.mark.parametrize("ocpp_id", ["999999", "abc", "9223372036854775807", "-7", "\x00"])
def test_it_knows_no_transaction_that_never_was(world: World, ocpp_id: str) -> None:
    session = world.charging(world.driver())
    assert world.end(session, 2000, at=NOW + minutes(1), ocpp_id=ocpp_id) is None


@pytest.mark.parametrize("ocpp_id", ["-1", "0", ""])
def test_it_matches_a_stop_without_an_id_by_its_tag(world: World, ocpp_id: str) -> None:
    session = world.charging(world.driver())
    world.card(world.driver())
    other = world.begin("CARD-1", connector=world.two).session
    ended = world.end(session, 2000, at=NOW + minutes(1), ocpp_id=ocpp_id, tag="card-1")
    assert ended is not None
    assert (ended.pk, ended.findings) == (other.pk, [review.GUESSED])
    session.refresh_from_db()
    assert session.state == State.ACTIVE


@pytest.mark.parametrize("state", [State.ENDED, State.REVIEW, State.SETTLED])
def test_it_amends_an_end_that_was_guessed(world: World, state: State) -> None:
    """The Stop of another charge was taken for this one's; its own names it."""
    session = world.charging(world.driver())
    guessed = world.end(session, 1000, at=NOW + minutes(1), ocpp_id="0")
    assert guessed is not None
    assert (guessed.pk, guessed.inferred, guessed.findings) == (session.pk, True, [review.GUESSED])
    Session.objects.filter(pk=session.pk).update(state=state)
    ended = world.end(session, 21_000, at=NOW + minutes(60))
    assert ended is not None
    assert (ended.state, ended.revision, ended.inferred, ended.findings) == (State.ENDED, 1, False, [])
    assert (ended.billed_energy_wh, ended.stopped_at) == (20_000, NOW + minutes(60))


def test_it_gives_readings_to_a_session_whose_end_was_guessed(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 1000, at=NOW + minutes(1), ocpp_id="0")
    found = attribution.session_for(station_id=world.station.pk, number=1, ocpp_id=session.ocpp_id)
    assert found is not None
    assert found.covers(NOW + minutes(30))


def test_it_does_not_take_a_guess_for_the_truth(world: World) -> None:
    """A Stop without an id amends nothing, neither a guess nor what was amended since."""
    session = world.charging(world.driver())
    stop: dict[str, Any] = {"at": NOW + minutes(1), "ocpp_id": "0"}
    world.end(session, 1500, **stop)
    world.end(session, 1500, **stop)
    assert Session.objects.get().revision == 0
    world.end(session, 2000, at=NOW + minutes(2))
    world.end(session, 1500, **stop)
    after = Session.objects.get()
    assert (after.revision, after.meter_stop_wh, after.findings) == (1, 2000, [review.SECOND_STOP])


@pytest.mark.parametrize("clock", [None, datetime(1970, 1, 1, 0, 10, tzinfo=UTC)])
def test_it_does_not_guess_by_nothing(world: World, clock: datetime | None) -> None:
    session = world.charging(world.driver())
    assert world.end(session, 5000, at=NOW + minutes(10), ocpp_id="0", timestamp=clock) is None


@pytest.mark.parametrize("clock", [None, datetime(1970, 1, 1, 0, 10, tzinfo=UTC)])
def test_it_knows_a_stop_again_whatever_the_clock(world: World, clock: datetime | None) -> None:
    """A station without a clock repeats its Stop while the same card charges again."""
    world.card(world.driver(), sessions_at_once=2)
    stop: dict[str, Any] = {"ocpp_id": "0", "timestamp": clock, "tag": "CARD-1"}
    first = world.begin("CARD-1").session
    assert world.end(first, 5000, at=NOW + minutes(10), **stop) == first
    second = world.begin("card-1", at=NOW + minutes(20), meter_start_wh=5000).session
    assert world.end(first, 5000, at=NOW + minutes(30), **stop) == first
    second.refresh_from_db()
    assert second.state == State.ACTIVE


def test_it_matches_a_stop_without_anything_to_the_only_session(world: World) -> None:
    session = world.charging(world.driver())
    ended = world.end(session, 2000, at=NOW + minutes(1), ocpp_id="-1")
    assert ended is not None
    assert ended.pk == session.pk


def test_it_does_not_guess_between_two(world: World) -> None:
    session = world.charging(world.driver())
    world.charging(world.driver(), connector=2)
    assert world.end(session, 2000, at=NOW + minutes(1), ocpp_id="-1") is None


def test_it_does_not_match_a_stop_to_a_session_that_began_later(world: World) -> None:
    """A Stop -1 with a time before the Start (situation 4)."""
    session = world.charging(world.driver())
    assert world.end(session, 2000, at=NOW - minutes(1), ocpp_id="-1") is None


@pytest.mark.parametrize("meter_stop_wh", [10**30, -(10**30)])
def test_it_does_not_bill_a_register_that_no_meter_shows(world: World, meter_stop_wh: int) -> None:
    ended = world.end(world.charging(world.driver()), meter_stop_wh, at=NOW + minutes(1))
    assert ended is not None
    assert (ended.meter_stop_wh, ended.billed_energy_wh, ended.findings) == (1000, 0, [review.ODD_METER])


def test_it_keeps_an_odd_reason(world: World) -> None:
    ended = world.end(world.charging(world.driver()), 2000, at=NOW + minutes(1), reason="Because\x00" + "e" * 99)
    assert ended is not None
    assert len(ended.stop_reason) == 40
