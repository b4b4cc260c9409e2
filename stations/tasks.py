"""Sweeps of the network, called by Celery beat every few seconds."""

from celery import shared_task
from django.utils import timezone

from drivepower.core.sweeps import run
from stations import certificates, commands, files, gateways, outages, registry, security


@shared_task(name="stations.sweep_commands")
def sweep_commands() -> int:
    """Time out what no station answered."""
    return run("stations.sweep_commands", timed_out=commands.sweep_commands)


@shared_task(name="stations.sweep_gateways")
def sweep_gateways() -> int:
    """End the connections of server processes that died."""
    return run("stations.sweep_gateways", buried=gateways.bury)


@shared_task(name="stations.watch_outages")
def watch_outages() -> bool:
    """Say once that many stations are gone."""
    return outages.watch(at=timezone.now())


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
