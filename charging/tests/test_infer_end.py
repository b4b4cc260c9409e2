"""An end that nobody reported: by the last reading, never made up."""

from charging import lifecycle, review
from charging.models import Session, SessionMeter
from charging.models.session import State
from charging.tests.world import NOW, World, minutes


def test_it_ends_by_the_last_reading(world: World) -> None:
    session = world.charging(world.driver())
    world.read(session, 3000, at=NOW + minutes(10))
    assert lifecycle.infer_end(session=session, until=NOW + minutes(30), reason="Silence") is True
    ended = Session.objects.get()
    assert (ended.state, ended.inferred, ended.findings) == (State.ENDED, True, [review.INFERRED])
    assert (ended.meter_stop_wh, ended.billed_energy_wh) == (3000, 2000)
    assert (ended.stopped_at, ended.stop_received_at, ended.stop_reason) == (NOW + minutes(10), None, "Silence")


def test_it_makes_no_energy_up(world: World) -> None:
    session = world.charging(world.driver())
    lifecycle.infer_end(session=session, until=NOW + minutes(30), reason="Silence")
    ended = Session.objects.get()
    assert (ended.meter_stop_wh, ended.billed_energy_wh) == (1000, 0)
    assert ended.stopped_at == NOW + minutes(30)


def test_it_stays_between_the_start_and_the_last_possible_moment(world: World) -> None:
    session = world.charging(world.driver())
    for said, kept in ((NOW - minutes(9), NOW), (NOW + minutes(99), NOW + minutes(30))):
        Session.objects.filter(pk=session.pk).update(state=State.ACTIVE, inferred=False)
        SessionMeter.objects.update_or_create(session=session, defaults={"last_reading_at": said})
        lifecycle.infer_end(session=session, until=NOW + minutes(30), reason="Silence")
        assert Session.objects.get().stopped_at == kept


def test_it_ends_a_session_that_was_asked_to_stop(world: World) -> None:
    session = world.charging(world.driver())
    lifecycle.request_stop(session=session, asked_by="driver:x", cause="driver", at=NOW)
    assert lifecycle.infer_end(session=session, until=NOW + minutes(30), reason="Silence") is True


def test_it_leaves_alone_what_has_ended(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=NOW + minutes(1))
    assert lifecycle.infer_end(session=session, until=NOW + minutes(30), reason="Silence") is False
    assert Session.objects.get().inferred is False
