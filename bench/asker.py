"""`python -m bench.asker COUNT PAUSE FIRST`: another process of the house asks stations to start, one after the other.

Each command carries a tag of its own; the moment it was asked is printed, as "tag time".
"""

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from bench import frames  # noqa: E402
from stations import commands  # noqa: E402
from stations.models import Station  # noqa: E402


def ask(*, count: int, pause: float, stations: int) -> None:
    """Queue one command per station, a pause between them."""
    known = {station.identity: station for station in Station.objects.filter(identity__startswith="BENCH-")}
    for number in range(count):
        tag = f"ASK{number:05d}"
        at = time.time()
        commands.send(
            station=known[frames.identity(number % stations)],
            intent="start_charging",
            payload={"connector": 1, "id_tag": tag},
            asked_by="bench",
            expires_at=timezone.now() + timedelta(minutes=1),
            at=timezone.now(),
        )
        sys.stdout.write(f"{tag} {at:.6f}\n")
        time.sleep(pause)
    time.sleep(1.0)  # the bell rings on a thread of its own


if __name__ == "__main__":
    ask(count=int(sys.argv[1]), pause=float(sys.argv[2]), stations=int(sys.argv[3]))
