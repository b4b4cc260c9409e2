"""What Celery does for charging: it calls the verbs, with the time; losing any of these costs only delay."""

from celery import shared_task
from django.utils import timezone

from billing.statements.making import last_month
from charging import (
    dry_run,
    hosts,
    local_lists,
    profiles,
    reconciling,
    recovering,
    reservations,
    rollups,
    settlement,
    sites,
    sweeps,
    trends,
    watch,
)
from drivepower.core.sweeps import run, swept


@shared_task(name="charging.settle")
def settle(session_id: int) -> None:
    """Settle one session as soon as it has ended."""
    settlement.settle(session_id=session_id, at=timezone.now())


@shared_task(name="charging.sweep_settlements")
def sweep_settlements() -> None:
    """Settle whatever has ended and was not hinted at."""
    run("charging.sweep_settlements", settled=sweeps.settle_ended)


@shared_task(name="charging.sweep_requested")
def sweep_requested() -> None:
    """Fail starts that never came."""
    run("charging.sweep_requested", failed=sweeps.fail_expired_starts)


@shared_task(name="charging.sweep_hung")
def sweep_hung() -> None:
    """End sessions whose Stop never came."""
    run("charging.sweep_hung", ended=sweeps.end_hung)


@shared_task(name="charging.sweep_leftovers")
def sweep_leftovers() -> None:
    """Free what is still held for finished sessions."""
    run("charging.sweep_leftovers", freed=sweeps.free_leftovers)


@shared_task(name="charging.reconcile")
def reconcile() -> None:
    """Compare all finished sessions with the books."""
    run("charging.reconcile", problems=reconciling.reconcile)


@shared_task(name="charging.watch_open")
def watch_open() -> None:
    """Tell of ended sessions that nobody settles, and of money that is held for finished ones."""
    run("charging.watch_open", problems=reconciling.watch_open)


@shared_task(name="charging.flag_rebooted")
def flag_rebooted() -> None:
    """Note which sessions their station has said nothing of since it booted."""
    run("charging.flag_rebooted", flagged=watch.flag_rebooted)


@shared_task(name="charging.tell_of_silent_charges")
def tell_of_silent_charges() -> None:
    """Tell of connectors that deliver energy in no session."""
    watch.tell_of_silent_charges(at=timezone.now())


@shared_task(name="charging.recover")
def recover() -> None:
    """Find connectors that are stuck, and take the next steps of their ladders."""
    recovering.recover(at=timezone.now())


@shared_task(name="charging.watch_starts")
def watch_starts() -> None:
    """Tell of connectors at which nothing begins although it is allowed."""
    run("charging.watch_starts", dead=watch.tell_of_dead_starts)


@shared_task(name="charging.watch_trends")
def watch_trends() -> None:
    """Hold every connector and station against its own last thirty days."""
    run("charging.watch_trends", worse=trends.watch_trends)


@shared_task(name="charging.sweep_reservations")
def sweep_reservations() -> None:
    """Bring reservations to the end that their station, their command or the time has decided."""
    run("charging.sweep_reservations", moved=reservations.sweep)


@shared_task(name="charging.sweep_profiles")
def sweep_profiles() -> None:
    """End the charging profiles of sessions that are over."""
    run("charging.sweep_profiles", moved=profiles.sweep)


@shared_task(name="charging.share_supply")
def share_supply(location_id: int) -> None:
    """Share the supply of a location where something has changed."""
    sites.carry_out(location_id=location_id, at=timezone.now())


@shared_task(name="charging.share_supplies")
def share_supplies() -> None:
    """Share every supply whose charges, stations or limit have changed, and leave alone what is shared no more."""
    run("charging.share_supplies", told=sites.sweep, taken_back=sites.let_go)


@shared_task(name="charging.roll_up")
def roll_up() -> None:
    """Roll up the days and hours whose facts have changed."""
    run("charging.roll_up", rolled=rollups.roll_up)


@shared_task(name="charging.compare_local_lists")
def compare_local_lists() -> None:
    """Bring stations' own lists on by a message each."""
    local_lists.compare(at=timezone.now())


@shared_task(name="charging.recompare_local_lists")
def recompare_local_lists() -> None:
    """Tags have changed: look at every list now."""
    local_lists.compare_now()
    local_lists.compare(at=timezone.now())


@shared_task(name="charging.dry_run")
def try_tariff(key: str) -> None:
    """Go on with a dry run of a tariff."""
    dry_run.run(key=key, at=timezone.now())


@shared_task(name="charging.make_host_statements")
def make_monthly_host_statements() -> None:
    """Make the statements of hosts of the last month, and of months before it, that are missing."""
    at = timezone.now()
    with swept("charging.make_host_statements", at=at) as did:
        did["made"] = hosts.make_host_statements(month=last_month(at), at=at)
