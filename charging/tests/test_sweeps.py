"""What makes lost messages cost only delay."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from accounts.models import User
from billing.models import PriceTerms
from charging import lifecycle, sweeps, tasks
from charging.local_lists import answers
from charging.models import Session, Settlement
from charging.models.session import State
from charging.tests.world import NOW, World, minutes
from drivepower.core.models import Alert


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


def hours(count: float) -> datetime:
    """So many hours after the start."""
    return NOW + timedelta(hours=count)


def test_it_fails_starts_that_never_came(world: World) -> None:
    driver = world.driver()
    session = world.request(driver)
    deadline = NOW + timedelta(seconds=settings.START_TIMEOUT_SECONDS)
    assert sweeps.fail_expired_starts(at=deadline - timedelta(seconds=1)) == 0
    assert sweeps.fail_expired_starts(at=deadline) == 1
    assert sweeps.fail_expired_starts(at=deadline) == 0
    session.refresh_from_db()
    assert (session.state, session.failure) == (State.FAILED, "start_timeout")
    assert world.wallet(driver).held == 0


def test_it_leaves_starts_that_came(world: World) -> None:
    world.charging(world.driver())
    assert sweeps.fail_expired_starts(at=after(60)) == 0


def test_it_settles_what_nobody_hinted_at(world: World) -> None:
    for number in (1, 2):
        session = world.charging(world.driver(), connector=number)
        world.end(session, 2000, at=after(60))
    world.charging(world.driver())
    assert sweeps.settle_ended(at=after(61)) == 2
    assert sweeps.settle_ended(at=after(61)) == 0
    assert sorted(Session.objects.values_list("state", flat=True)) == ["active", "settled", "settled"]


def test_it_passes_over_a_session_that_cannot_be_settled(world: World) -> None:
    broken, fine = (world.charging(world.driver(), connector=number) for number in (1, 2))
    for session in (broken, fine):
        world.end(session, 2000, at=after(60))
    odd = PriceTerms.objects.create(currency="KGS", document={}, made_at=NOW)
    Session.objects.filter(pk=broken.pk).update(price_terms=odd)
    assert sweeps.settle_ended(at=after(61)) == 1
    assert Settlement.objects.get().session == fine
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == ("session_stuck", broken.subject)


def test_it_resolves_the_alert_once_the_session_is_settled(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=after(60))
    terms = Session.objects.get().price_terms
    Session.objects.update(price_terms=PriceTerms.objects.create(currency="KGS", document={}, made_at=NOW))
    sweeps.settle_ended(at=after(61))
    sweeps.settle_ended(at=after(62))
    assert Alert.objects.open().get().count == 2
    Session.objects.update(price_terms=terms)
    assert sweeps.settle_ended(at=after(63)) == 1
    assert Alert.objects.get().resolved_at == after(63)


def test_it_lets_no_stuck_sessions_keep_the_others_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 2)
    sessions = []
    for number in range(4):
        at = after(number * 10)
        sessions.append(world.charging(world.driver(), at=at))
        world.end(sessions[-1], 2000, at=at + minutes(5))
    odd = PriceTerms.objects.create(currency="KGS", document={}, made_at=NOW)
    Session.objects.filter(pk__in=[session.pk for session in sessions[:3]]).update(price_terms=odd)
    assert [sweeps.settle_ended(at=after(60)) for _ in range(2)] == [0, 1]
    for _ in range(3):
        sweeps.settle_ended(at=after(60))
    assert Alert.objects.open().count() == 3
    counts = sorted(Alert.objects.values_list("count", flat=True))
    assert counts == [3, 3, 3]  # each had its turn


@pytest.mark.parametrize(
    ("state", "held"),
    [(State.SETTLED, 0), (State.WAIVED, 0), (State.FAILED, 0), (State.REVIEW, 200), (State.ACTIVE, 200)],
)
def test_it_frees_what_is_held_for_a_session_that_is_paid_or_void(world: World, state: State, held: int) -> None:
    driver = world.driver()
    world.charging(driver)
    Session.objects.update(state=state, holds_connector=False, stopped_at=NOW)
    assert sweeps.free_leftovers(at=after(1)) == (held == 0)
    assert sweeps.free_leftovers(at=after(1)) == 0
    assert world.wallet(driver).held == held


@pytest.fixture
def quiet(world: World) -> Session:
    """A session that was last read ten minutes after its start."""
    session = world.charging(world.driver())
    world.say(world.one, "Charging", at=after(1))
    world.read(session, 4000, at=after(10))
    return session


def swept(at: datetime) -> bool:
    """Whether the sweep ends the session."""
    return sweeps.end_hung(at=at) == 1


def test_it_ends_a_session_whose_connector_is_free(world: World, quiet: Session) -> None:
    """The station skips the Stop and says Available (situation 19)."""
    world.say(world.one, "Available", at=after(11))
    assert not swept(after(25))
    assert swept(after(26))
    assert not swept(after(26))
    ended = Session.objects.get()
    assert (ended.state, ended.inferred, ended.stop_reason) == (State.ENDED, True, "Silence")
    assert (ended.billed_energy_wh, ended.stopped_at) == (3000, after(10))


def test_it_takes_preparing_after_a_reboot_for_free(world: World, quiet: Session) -> None:
    world.say(world.one, "Preparing", at=after(11))
    assert swept(after(60))


def test_it_waits_for_the_stop_of_a_start_from_the_past(world: World) -> None:
    """Yesterday's offline charge, sent today in a row, at a connector that is free since (situation 16)."""
    world.card(world.driver())
    world.say(world.one, "Available", at=after(60))
    type(world.station).objects.update(connected_at=after(1439))
    past = world.begin("CARD-1", at=NOW, received_at=after(1440)).session
    assert not swept(after(1450))
    world.end(past, 26_500, at=after(30), received_at=after(1450))
    assert sweeps.settle_ended(at=after(1451)) == 1
    assert Session.objects.get().state == State.SETTLED


@pytest.mark.parametrize("status", ["Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Faulted", "Unavailable"])
def test_it_never_ends_a_session_for_its_age_alone(world: World, quiet: Session, status: str) -> None:
    """A slow charge may take a day, and a car that is full sends nothing (F4, 4.5)."""
    world.say(world.one, status, at=after(11))
    assert not swept(hours(100))


def test_it_does_not_believe_a_status_from_before_the_last_reading(world: World, quiet: Session) -> None:
    world.say(world.one, "Available", at=after(9))
    assert not swept(hours(10))


def test_it_leaves_a_session_that_is_still_read(world: World, quiet: Session) -> None:
    world.say(world.one, "Available", at=after(11))
    world.read(quiet, 5000, at=after(50))
    assert not swept(after(60))


def test_it_ends_a_session_without_any_reading(world: World) -> None:
    world.charging(world.driver())
    world.say(world.one, "Available", at=after(1))
    assert swept(after(16))
    assert Session.objects.get().billed_energy_wh == 0


def test_it_waits_half_a_day_for_a_station_that_is_away(world: World, quiet: Session) -> None:
    world.go_offline()
    assert not swept(hours(11.9))
    assert swept(hours(12))


def test_it_waits_for_a_station_that_has_just_gone(world: World, quiet: Session) -> None:
    world.go_offline()
    world.read(quiet, 5000, at=hours(11))
    assert not swept(hours(12.9))
    assert swept(hours(13))


def test_it_takes_a_dead_servers_sockets_for_gone(world: World, quiet: Session) -> None:
    later = NOW + timedelta(days=31)
    assert swept(later)


def test_it_ends_a_session_from_the_past_that_another_has_followed(world: World) -> None:
    """Of an offline charge only the Start is ever sent (section 5 of product.md, 6)."""
    world.charging(world.driver())
    world.card(world.driver())
    orphan = world.begin("CARD-1", at=after(-90), received_at=after(5)).session
    world.say(world.one, "Charging", at=after(6))
    assert not swept(after(19))  # its Stop may follow
    assert swept(after(20))
    orphan.refresh_from_db()
    assert (orphan.state, orphan.inferred) == (State.ENDED, True)
    assert Session.objects.filter(state=State.ACTIVE).count() == 1


def test_it_ends_a_session_that_was_asked_to_stop(world: World, quiet: Session) -> None:
    lifecycle.request_stop(session=quiet, asked_by="driver:x", cause="driver", at=after(10))
    world.say(world.one, "Available", at=after(11))
    assert swept(after(60))


def test_the_schedule_names_tasks_that_exist(world: World) -> None:
    names = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = {name for name in names if name.startswith("charging.")}
    sweeps_of_ours = (
        tasks.sweep_settlements,
        tasks.sweep_requested,
        tasks.sweep_hung,
        tasks.sweep_leftovers,
        tasks.flag_rebooted,
        tasks.reconcile,
        tasks.watch_open,
        tasks.tell_of_silent_charges,
        tasks.sweep_reservations,
        tasks.sweep_profiles,
        tasks.compare_local_lists,
        tasks.share_supplies,
        tasks.recover,
        tasks.watch_starts,
        tasks.watch_trends,
        tasks.roll_up,
        tasks.make_monthly_host_statements,
    )
    assert ours == {sweep.name for sweep in sweeps_of_ours}
    assert tasks.settle.name == "charging.settle"  # what the end of a session hints at
    assert tasks.compare_local_lists.name == answers.COMPARE
    assert tasks.recompare_local_lists.name == "charging.recompare_local_lists"  # what a changed tag hints at


def test_the_tasks_do_the_work(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=after(60))
    tasks.settle(session.pk)
    assert Session.objects.get().state == State.SETTLED
    assert User.objects.count() == 1
    waiting = world.request(world.driver())
    others = tasks.sweep_hung, tasks.sweep_leftovers, tasks.flag_rebooted, tasks.tell_of_silent_charges
    for sweep in (tasks.sweep_settlements, tasks.sweep_requested, *others):
        sweep()
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED
