"""Sweeps of the network, called by Celery beat every few seconds."""

from celery import shared_task
from django.utils import timezone

from stations import commands, gateways


@shared_task(name="stations.sweep_commands")
def sweep_commands() -> int:
    """Time out what no station answered."""
    return commands.sweep_commands(at=timezone.now())


@shared_task(name="stations.sweep_gateways")
def sweep_gateways() -> int:
    """End the connections of server processes that died."""
    return gateways.bury(at=timezone.now())
