"""Work on stations: begun, finished, cancelled; connectors are set Inoperative meanwhile and alerts are silent."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile

from drivepower.core.refusals import Refusal
from stations import maintenance, public
from stations.models import Command, Location, Maintenance, Station
from stations.standing import stand
from stations.tests import world
from stations.tests.world import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
State = Maintenance.State


@pytest.fixture
def station() -> Station:
    """A public station with two connectors, both free, that is connected for hours."""
    made = world.station(at=world.location(), is_public=True, service_state=Station.ServiceState.IN_SERVICE)
    world.connect(made, world.gateway(at=NOON + 100 * HOUR))
    for number in (1, 2):
        world.say(made, number, "Available")
    return made


def work(station: Station, **fields: Any) -> Maintenance:
    """Planned work that sets its connectors Inoperative."""
    known = {"what": "New cable", "made_by": "staff:x", "made_at": NOON, "sets_inoperative": True}
    return Maintenance.objects.create(station=station, **{**known, **fields})


def asked() -> list[tuple[int, str]]:
    """What stations were asked so far, oldest first."""
    rows = Command.objects.order_by("id").values_list("payload", flat=True)
    return [(row["connectorId"], row["type"]) for row in rows]


def test_it_sets_the_connector_inoperative_once_and_gives_it_back(station: Station) -> None:
    one = work(station, number=2)
    maintenance.begin(work=one, at=NOON)
    assert maintenance.set_due(at=NOON) == 0  # it has been asked already
    maintenance.finish(work=one, said={"cost": 5}, at=NOON + HOUR)
    maintenance.set_due(at=NOON + HOUR)
    assert asked() == [(2, "Inoperative"), (2, "Operative")]
    command = Command.objects.earliest("id")
    assert (command.asked_by, command.awaits) == ("rule:maintenance", "status:2:Unavailable")
    one.refresh_from_db()
    assert (one.starts_at, one.ended_at, one.cost) == (NOON, NOON + HOUR, Decimal(5))
    assert one.state == State.DONE


def test_it_keeps_to_the_edges_of_the_window(station: Station) -> None:
    work(station, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    seen = []
    for at in (NOON, NOON + HOUR, NOON + 1.5 * HOUR, NOON + 2 * HOUR, NOON + 3 * HOUR):
        seen.append((maintenance.begin_due(at=at), maintenance.set_due(at=at), maintenance.muted(at)))
    assert seen == [(0, 0, set()), (1, 1, {"BSK-01"}), (0, 0, {"BSK-01"}), (0, 1, set()), (0, 0, set())]
    assert asked() == [(0, "Inoperative"), (0, "Operative")]


def test_it_asks_again_what_was_refused(station: Station) -> None:
    maintenance.begin(work=work(station), at=NOON)
    Command.objects.update(state=Command.State.REJECTED, sent_at=NOON, answered_at=NOON)
    assert maintenance.set_due(at=NOON + timedelta(minutes=1)) == 0
    assert maintenance.set_due(at=NOON + timedelta(minutes=6)) == 1
    assert asked() == [(0, "Inoperative")] * 2


def test_it_waits_for_a_station_that_is_away(station: Station) -> None:
    Station.objects.update(gateway=None)
    maintenance.begin(work=work(station), at=NOON)
    assert asked() == []
    world.connect(station, world.gateway(at=NOON + HOUR, process="web-2"))
    assert maintenance.set_due(at=NOON + HOUR) == 1


def test_it_gives_nothing_back_that_other_work_needs(station: Station) -> None:
    first, second = work(station, number=1), work(station)
    maintenance.begin(work=first, at=NOON)
    maintenance.begin(work=second, at=NOON)
    maintenance.finish(work=first, said={}, at=NOON + HOUR)
    assert asked() == [(1, "Inoperative"), (0, "Inoperative")]
    maintenance.cancel(work=second, at=NOON + HOUR)
    maintenance.set_due(at=NOON + HOUR)
    assert asked()[2:] == [(0, "Operative"), (1, "Operative")]


@pytest.mark.parametrize("mutes", [True, False])
def test_it_is_silent_only_where_it_says_so(station: Station, *, mutes: bool) -> None:
    maintenance.begin(work=work(station, mutes_alerts=mutes), at=NOON)
    assert maintenance.muted(NOON) == ({"BSK-01"} if mutes else set())


def test_it_moves_once(station: Station) -> None:
    one = work(station)
    maintenance.begin(work=one, at=NOON)
    for again in (maintenance.begin, maintenance.cancel, maintenance.begin):
        if again is maintenance.cancel:
            again(work=one, at=NOON)
            continue
        with pytest.raises(Refusal, match="moved"):
            again(work=one, at=NOON)
    with pytest.raises(Refusal, match="moved"):
        maintenance.finish(work=one, said={}, at=NOON)
    one.refresh_from_db()
    assert one.state == State.CANCELLED


def test_it_keeps_a_photo_and_refuses_what_is_none(station: Station, store: Any) -> None:
    one = work(station)
    with pytest.raises(Refusal, match="photo"):
        maintenance.finish(work=one, said={}, photo=ContentFile(b"MZ", name="x.jpg"), at=NOON)
    maintenance.finish(work=one, said={}, photo=ContentFile(b"\xff\xd8\xff rest", name="x"), at=NOON)
    one.refresh_from_db()
    assert one.photo.read().endswith(b"rest")
    one.photo.close()


def test_drivers_see_maintenance(station: Station) -> None:
    shown = statuses(at=NOON)
    assert shown == [("Available", True), ("Available", True)]
    maintenance.begin(work=work(station, number=1, ends_at=NOON + HOUR), at=NOON)
    assert statuses(at=NOON) == [("maintenance", False), ("Available", True)]
    assert summed(at=NOON) == "partial"
    maintenance.begin(work=work(station), at=NOON)
    assert summed(at=NOON) == "maintenance"
    world.say(station, 2, "Charging")  # a charge that still runs is shown
    assert statuses(at=NOON)[1] == ("Charging", False)
    assert summed(at=NOON) == "occupied"


def statuses(*, at: datetime) -> list[tuple[str, bool]]:
    """The station's connectors as drivers see them."""
    one = Station.objects.with_live_state().get()
    return [(shown["status"], shown["available"]) for shown in public.show_connectors(one, at=at)]


def summed(*, at: datetime) -> str:
    """The place's status, by the list, which tells of each connector as the page of one does."""
    place = Location.objects.get()
    whole = public.show_live(Station.objects.with_live_state().get(), at=at)
    (listed,) = stand([place], at=at)[place.pk]
    assert listed["connectors"] == [{key: one[key] for key in ("status", "available")} for one in whole["connectors"]]
    status = public.sum_up([listed])
    assert status == public.sum_up([whole])
    return status
