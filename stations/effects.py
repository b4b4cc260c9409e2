"""Whether what a command was to bring about has been seen: a boot, a status, the message that it asked for."""

from datetime import datetime

from stations.models import Command


def see(*, station_id: int, sign: str, at: datetime) -> int:
    """Note the sign for every sent command of the station that awaits it; how many did."""
    waiting = Command.objects.filter(station=station_id, awaits=sign, effect=Command.Effect.EXPECTED)
    return waiting.filter(sent_at__lte=at).update(effect=Command.Effect.SEEN, effect_at=at)


def awaited(*, station_id: int) -> set[str]:
    """The signs that sent commands of the station still await."""
    waiting = Command.objects.filter(station=station_id, effect=Command.Effect.EXPECTED, sent_at__isnull=False)
    return set(waiting.exclude(awaits="").values_list("awaits", flat=True))
