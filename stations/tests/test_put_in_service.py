"""From planned into service, by steps that were seen or by a person who says why not."""

from functools import partial

import pytest

from drivepower.core.refusals import Refusal
from stations.commissioning import course
from stations.models import Commissioning, SecurityEvent, Station
from stations.tests.commissioning import NEEDED, begun, planned, see_all
from stations.tests.world import NOON, seconds, station

pytestmark = pytest.mark.django_db
LATER = NOON + seconds(3600)


def put(row: Commissioning, **said: object) -> None:
    course.put_in_service(commissioning=row, by="staff:2", at=LATER, **said)  # type: ignore[arg-type]  # of the test


def test_it_begins_once_and_goes_on_with_it() -> None:
    row = begun()
    assert Station.objects.get().service_state == "commissioning"
    assert (row.state, row.begun_by, row.begun_at) == ("open", "staff:1", NOON)
    assert course.begin(station=row.station, by="staff:2", at=LATER).pk == row.pk
    assert Commissioning.objects.count() == 1


@pytest.mark.parametrize("state", ["in_service", "retired"])
def test_it_begins_with_none_that_is_in_use_or_gone(state: str) -> None:
    made = station(service_state=state)
    with pytest.raises(Refusal) as refused:
        begun(made)
    assert refused.value.code == "station_unavailable"
    assert not Commissioning.objects.exists()


@pytest.mark.parametrize("is_public", [True, False])
def test_it_puts_it_in_service_when_all_was_seen(is_public: bool) -> None:
    row = begun()
    see_all(row)
    put(row, is_public=is_public)
    made = Station.objects.get()
    assert (made.service_state, made.is_public) == ("in_service", is_public)
    row.refresh_from_db()
    assert (row.state, row.ended_by, row.ended_at) == ("done", "staff:2", LATER)
    assert row.steps.keys() == NEEDED


@pytest.mark.parametrize("why_not", ["", "  "])
def test_it_refuses_while_something_is_missing(why_not: str) -> None:
    row = begun()
    with pytest.raises(Refusal) as refused:
        put(row, why_not=why_not)
    assert (refused.value.code, "boot" in refused.value.details["missing"]) == ("commissioning_unfinished", True)
    assert Station.objects.get().service_state == "commissioning"
    assert Commissioning.objects.get().state == "open"


def test_it_does_without_a_step_where_a_person_says_why() -> None:
    row = begun()
    put(row, why_not="No car here today")
    assert Station.objects.get().service_state == "in_service"
    detail = SecurityEvent.objects.filter(type="Commissioning").latest("pk").detail
    assert "staff:2" in detail
    assert "without connected, boot" in detail


def test_it_ends_once() -> None:
    row = begun()
    see_all(row)
    put(row)
    for act in (partial(put, row), partial(course.give_up, commissioning=row, by="staff:3", at=LATER)):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "commissioning_over"
    assert Commissioning.objects.get().ended_by == "staff:2"


def test_it_is_planned_again_when_somebody_gives_up() -> None:
    made = planned()
    row = begun(made)
    course.give_up(commissioning=row, by="staff:2", at=LATER)
    assert Station.objects.get().service_state == "planned"
    assert Commissioning.objects.get().state == "given_up"
    assert begun(made).pk != row.pk


def test_it_does_not_bring_back_what_was_retired_meanwhile() -> None:
    row = begun()
    see_all(row)
    Station.objects.update(service_state=Station.ServiceState.RETIRED)
    with pytest.raises(Refusal) as refused:
        put(row)
    assert refused.value.code == "station_unavailable"
    assert (Station.objects.get().service_state, Commissioning.objects.get().state) == ("retired", "open")
