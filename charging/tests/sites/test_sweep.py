"""The sweep looks at every supply, cheaply, and one that breaks keeps no other from its turn."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import IdTag, Membership, User
from charging import sites, tasks
from charging.models import ChargingProfile, Session
from charging.models.sites import SiteShare
from charging.sites import sweeping
from charging.tests.sites.yard import Purpose, Yard, build
from charging.tests.world import NOW
from drivepower.core.models import Sweep
from stations.models import Location

SECOND = timedelta(seconds=1)


def settled(yard: Yard) -> Yard:
    """Two cars charge, and nothing is left to be said."""
    yard.share()
    for station in yard.stations[:2]:
        yard.come(station)
    yard.share()
    return yard


@pytest.mark.django_db
def test_it_asks_as_much_for_many_quiet_sites_as_for_one() -> None:
    counts = []
    for wave in range(2):
        for number in range(1 + 2 * wave):
            settled(build(f"YARD-{wave}{number}", stations=2 + wave))
        with CaptureQueriesContext(connection) as asked:
            assert sites.sweep(at=NOW + SECOND) == 0
        counts.append(len(asked))
    assert counts[0] == counts[1] < 15


@pytest.mark.django_db
def test_it_goes_on_after_a_site_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = build("YARD-1"), build("YARD-2")

    def break_down(*, location_id: int, at: Any) -> int:
        if location_id == first.location.pk:
            raise ArithmeticError
        return sites.carry_out(location_id=location_id, at=at)

    monkeypatch.setattr(sweeping, "carry_out", break_down)
    assert sites.sweep(at=NOW) == 8
    told = ChargingProfile.objects.values_list("station__location__code", flat=True).distinct()
    assert list(told.order_by()) == [second.location.code]


@pytest.mark.django_db
def test_it_leaves_a_trace() -> None:
    build()
    tasks.share_supplies()
    assert Sweep.objects.get(name="charging.share_supplies").error == ""


@pytest.mark.django_db
def test_it_sees_by_itself_what_nobody_noted() -> None:
    yard = settled(build())
    assert sites.sweep(at=NOW) == 0
    yard.come(yard.stations[2])
    assert sites.sweep(at=NOW) == 1
    yard.answer()
    Location.objects.update(supply_limit_a=24)
    assert sites.sweep(at=NOW + SECOND) == 3 + 8
    yard.lose(yard.stations[3])
    sites.sweep(at=NOW + SECOND)
    # Whether it has heard of its new fallback of 6 A or not, it may take 8 A on each of its connectors.
    assert yard.plan.reserved_a == 16


@pytest.mark.django_db
def test_it_lets_drivers_with_priority_go_first() -> None:
    yard = build(limit_a=12)
    yard.share()
    member = User.objects.create_user(
        email="member@example.com", membership=Membership.objects.create(name="Gold", priority=5)
    )
    tag = IdTag.objects.create(value="GOLD", user=member)
    sessions = [yard.come(station, at=NOW + index * SECOND) for index, station in enumerate(yard.stations[:3])]
    Session.objects.filter(pk=sessions[2].pk).update(driver=member, id_tag=tag)
    yard.share(at=NOW + 5 * SECOND)
    assert yard.planned() == [6, 0, 6]


@pytest.mark.django_db(transaction=True)
def test_it_tells_a_station_once_however_many_share_at_the_same_time() -> None:
    yard = build()
    yard.share()
    yard.come(yard.stations[0])
    ready = threading.Barrier(3)

    def share() -> None:
        ready.wait()
        try:
            sites.carry_out(location_id=yard.location.pk, at=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=share) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ChargingProfile.objects.filter(purpose=Purpose.TX).count() == 1
    assert SiteShare.objects.get().sent_a == Decimal(16)
