"""`python -m bench.logins COUNT CHARGES`: drivers with a past, and a token for each, printed one a line."""

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from accounts import logins  # noqa: E402
from accounts.models import User  # noqa: E402
from charging.models import Session  # noqa: E402
from stations.models import Station  # noqa: E402


def log_in(*, count: int, charges: int) -> None:
    """Give each of the first drivers so many finished sessions and print a fresh token."""
    now = timezone.now()
    station = Station.objects.order_by("pk").prefetch_related("connectors")[0]
    connector = station.connectors.all()[0]
    for user in User.objects.order_by("pk")[:count]:
        Session.objects.bulk_create(
            Session(
                station=station,
                connector=connector,
                driver=user,
                asked_by=Session.AskedBy.APP,
                state=Session.State.SETTLED,
                started_at=now - timedelta(days=number, hours=1),
                stopped_at=now - timedelta(days=number),
                meter_start_wh=0,
                billed_energy_wh=10_000,
            )
            for number in range(1, charges + 1)
        )
        sys.stdout.write(f"{logins.come_in(user=user, address='', device='bench', at=now).access}\n")


if __name__ == "__main__":
    log_in(count=int(sys.argv[1]), charges=int(sys.argv[2]))
