"""A secret that a person typed stays in its Command only for as long as it may still have to be sent."""

from ocpp_consumer.masking import mask
from stations.models import Command

WAITING = (Command.State.QUEUED, Command.State.SENT)


def forget_secrets() -> int:
    """Blank them in commands that ended without an answer; how many there were."""
    ended = Command.objects.filter(holds_secret=True).exclude(state__in=WAITING)
    return sum(forget(command) for command in ended)


def forget(command: Command) -> bool:
    """Blank what one command no longer needs; False if that was done."""
    holding = Command.objects.filter(pk=command.pk, holds_secret=True)
    return holding.update(payload=mask(command.payload), holds_secret=False) == 1
