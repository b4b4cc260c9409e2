"""Sweeps of the network, called by Celery beat every few seconds."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from accounts.duty import calling
from drivepower.core.sweeps import run
from stations import answers, certificates, commands, files, gateways, maintenance, outages, registry, security
from stations.recovery import places_of


@shared_task(name="stations.sweep_commands")
def sweep_commands() -> int:
    """Time out what no station answered."""
    return run("stations.sweep_commands", timed_out=commands.sweep_commands)


@shared_task(name="stations.sweep_gateways")
def sweep_gateways() -> int:
    """End the connections of server processes that died."""
    return run("stations.sweep_gateways", buried=gateways.bury)


@shared_task(name="stations.watch_outages")
def watch_outages() -> None:
    """Say once that many stations are gone, and of each other one that it is."""
    at = timezone.now()
    outages.watch(at=at)
    run("stations.watch_outages", offline=outages.watch_each)


@shared_task(name="stations.watch_disconnects")
def watch_disconnects() -> None:
    """Tell of stations that come and go."""
    run("stations.watch_disconnects", told=outages.watch_disconnects)


@shared_task(name="stations.call_duty")
def call_duty() -> None:
    """Decide whom the open alerts call."""
    run("stations.call_duty", notices=partial(calling.call, places=places_of, silent=maintenance.muted))


@shared_task(name="stations.retire_knocks")
def retire_knocks() -> int:
    """Forget strangers that are known by now or have gone."""
    return run("stations.retire_knocks", forgotten=registry.retire_knocks)


@shared_task(name="stations.sign_certificates")
def sign_certificates() -> int:
    """Have the requests of stations signed."""
    return run("stations.sign_certificates", signed=certificates.sign_waiting)


@shared_task(name="stations.sweep_files")
def sweep_files() -> int:
    """End jobs and certificates that nobody will hear of again; alerts of events that a person has seen end too."""
    at = timezone.now()
    security.resolve_seen_alerts(at=at)
    security.watch_open_stations(at=at)
    certificates.give_up(at=at)
    certificates.watch_ends(at=at)
    return files.sweep(at=at)


@shared_task(name="stations.send_answers")
def send_answers() -> int:
    """Send answers to people who reported without an account."""
    return run("stations.send_answers", sent=answers.send_answers)


@shared_task(name="stations.sweep_maintenance")
def sweep_maintenance() -> int:
    """Begin planned work, and set its connectors Inoperative and Operative at the edges of its window."""
    return run("stations.sweep_maintenance", begun=maintenance.begin_due, asked=maintenance.set_due)
